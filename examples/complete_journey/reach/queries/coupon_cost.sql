-- title: What did manufacturer coupons cost, by department, during campaign 13?
SELECT
  t.department,
  COUNT(DISTINCT t.household_id) AS households,
  SUM(t.coupon_disc) AS coupon_cost
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
WHERE m.campaign_id = 13 AND t.transaction_date >= m.start_date AND t.transaction_date <= m.end_date
GROUP BY t.department
HAVING SUM(t.coupon_disc) > 0
ORDER BY SUM(t.coupon_disc) DESC
