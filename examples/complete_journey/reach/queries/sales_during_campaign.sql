-- title: Sales lift, second half: what did they spend while it ran?
SELECT
  m.campaign_id,
  COUNT(DISTINCT t.household_id) AS households,
  SUM(t.sales_value) AS sales
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
WHERE t.transaction_date >= m.start_date AND t.transaction_date <= m.end_date
GROUP BY m.campaign_id
ORDER BY m.campaign_id
