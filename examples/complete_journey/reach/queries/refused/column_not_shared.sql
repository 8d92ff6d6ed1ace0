-- title: Sales by store (the retailer keeps store_id to itself)
-- expect: denied unknown_column
SELECT
  t.store_id,
  SUM(t.sales_value) AS sales
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
GROUP BY t.store_id
