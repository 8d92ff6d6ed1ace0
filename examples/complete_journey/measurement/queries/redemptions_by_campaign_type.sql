-- title: How many coupons do households redeem of campaigns they were mailed, by type of campaign?
SELECT
  m.campaign_type,
  COUNT(r.coupon_upc) AS redemptions
FROM coupon_redemptions AS r
INNER JOIN campaign_mailings AS m ON r.household_id = m.household_id
WHERE r.campaign_id = m.campaign_id
GROUP BY m.campaign_type
ORDER BY m.campaign_type
