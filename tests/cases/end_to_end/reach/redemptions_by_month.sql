WITH redemptions AS (
  SELECT month(redemption_date) AS month_of_2017, household_id, count(*) AS coupons
  FROM coupon_redemptions SEMI JOIN (FROM campaign_mailings WHERE campaign_type = 'Type A') USING (campaign_id, household_id)
  GROUP BY ALL
)
SELECT month_of_2017, count(DISTINCT household_id) AS redeeming_households, sum(coupons) AS redemptions
FROM redemptions
GROUP BY month_of_2017
HAVING count(DISTINCT household_id) >= 25
ORDER BY month_of_2017
