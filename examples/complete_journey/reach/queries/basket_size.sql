-- title: How large are baskets during each campaign? (divide sales and lines by baskets)
SELECT
  m.campaign_id,
  COUNT(DISTINCT t.basket_id) AS baskets,
  COUNT(t.basket_id) AS basket_lines,
  SUM(t.sales_value) AS sales,
  AVG(t.sales_value) AS sales_per_line
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
WHERE t.transaction_date >= m.start_date AND t.transaction_date <= m.end_date
GROUP BY m.campaign_id
ORDER BY m.campaign_id
