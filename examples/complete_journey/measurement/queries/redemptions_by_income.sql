-- title: Who redeems coupons, by income?
SELECT
  d.income,
  COUNT(DISTINCT r.household_id) AS redeeming_households
FROM coupon_redemptions AS r
INNER JOIN demographics AS d ON r.household_id = d.household_id
GROUP BY d.income
ORDER BY d.income
