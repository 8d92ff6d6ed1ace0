-- title: In which months are coupons of Type A campaigns redeemed?
SELECT
  EXTRACT(MONTH FROM r.redemption_date) AS month_of_2017,
  COUNT(DISTINCT r.household_id) AS redeeming_households,
  COUNT(r.coupon_upc) AS redemptions
FROM campaign_mailings AS m
INNER JOIN coupon_redemptions AS r ON m.household_id = r.household_id
WHERE m.campaign_id = r.campaign_id AND UPPER(m.campaign_type) = 'TYPE A'
GROUP BY EXTRACT(MONTH FROM r.redemption_date)
ORDER BY EXTRACT(MONTH FROM r.redemption_date)
