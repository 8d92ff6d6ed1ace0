-- title: Which households did campaign 18 reach? (by name, please)
-- expect: denied unlisted_column
SELECT
  t.household_id,
  SUM(t.sales_value) AS sales
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
WHERE m.campaign_id = 18
GROUP BY t.household_id
