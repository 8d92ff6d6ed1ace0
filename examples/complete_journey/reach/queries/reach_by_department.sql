-- title: Which departments do the households of campaign 18 buy from?
SELECT
  COALESCE(t.department, 'UNKNOWN') AS department,
  COUNT(DISTINCT t.household_id) AS households,
  SUM(t.sales_value) AS sales
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
WHERE m.campaign_id = 18
GROUP BY COALESCE(t.department, 'UNKNOWN')
ORDER BY COUNT(DISTINCT t.household_id) DESC, COALESCE(t.department, 'UNKNOWN')
