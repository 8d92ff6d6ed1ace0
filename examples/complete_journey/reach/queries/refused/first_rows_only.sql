-- title: The best week only
-- expect: denied unlisted_clause
SELECT
  t.week,
  SUM(t.sales_value) AS sales
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
GROUP BY t.week
ORDER BY SUM(t.sales_value) DESC
LIMIT 1
