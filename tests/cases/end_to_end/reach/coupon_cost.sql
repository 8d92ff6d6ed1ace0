SELECT department, households, coupon_cost FROM (
  SELECT department, count(DISTINCT household_id) AS households, sum(coupon_disc) AS coupon_cost
  FROM transactions JOIN campaign_mailings USING (household_id)
  WHERE campaign_id = 13 AND transaction_date BETWEEN start_date AND end_date
  GROUP BY department
)
WHERE households >= 25 AND coupon_cost > 0
ORDER BY coupon_cost DESC
