-- title: Sales to households that also buy beer, by a subquery in the filter
-- expect: denied private_subquery
SELECT
  SUM(t.sales_value) AS sales
FROM transactions AS t
WHERE t.household_id IN (SELECT b.household_id FROM transactions AS b WHERE b.product_category = 'BEERS/ALES')
