-- title: The largest amount on any receipt line
-- expect: denied unlisted_function
SELECT
  m.campaign_type,
  COUNT(DISTINCT t.household_id) AS households,
  MAX(t.sales_value) AS largest
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
GROUP BY m.campaign_type
