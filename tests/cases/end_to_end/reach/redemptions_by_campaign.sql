WITH redemptions AS (
  SELECT campaign_id, household_id, count(*) AS coupons
  FROM coupon_redemptions SEMI JOIN campaign_mailings USING (campaign_id, household_id)
  GROUP BY campaign_id, household_id
)
SELECT campaign_id, count(*) AS redeeming_households, sum(coupons) AS redemptions
FROM redemptions
GROUP BY campaign_id
HAVING count(*) >= 25
ORDER BY campaign_id
