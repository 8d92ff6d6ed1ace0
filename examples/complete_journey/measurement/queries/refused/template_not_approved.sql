-- title: A template that the retailer has not approved
-- expect: denied analysis_not_approved
SELECT
  r.redemption_date,
  COUNT(DISTINCT r.household_id) AS redeeming_households
FROM coupon_redemptions AS r
GROUP BY r.redemption_date
