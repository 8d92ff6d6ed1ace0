-- title: How many households redeemed a coupon of the campaign they were mailed?
SELECT
  m.campaign_id,
  COUNT(DISTINCT r.household_id) AS redeeming_households,
  COUNT(r.coupon_upc) AS redemptions
FROM campaign_mailings AS m
INNER JOIN coupon_redemptions AS r ON m.household_id = r.household_id
WHERE m.campaign_id = r.campaign_id
GROUP BY m.campaign_id
ORDER BY m.campaign_id
