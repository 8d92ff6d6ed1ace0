-- title: Sales by store (the retailer keeps store_id to itself)
-- expect: denied unknown_column
SELECT
  store_id,
  SUM(sales_value) AS sales
FROM transactions
GROUP BY store_id
