-- title: Sales to one household whose pseudonym the brand knows
-- expect: denied unlisted_column
SELECT
  SUM(t.sales_value) AS sales
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
WHERE m.household_id = '967c7d2f928077328abbb9613245663fe64d6335ecb5bb9e03aa136223bfbff5'
