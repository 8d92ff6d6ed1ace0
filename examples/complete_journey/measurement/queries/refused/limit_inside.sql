-- title: Sales of a thousand rows
-- expect: denied private_inner_query
WITH sample AS (
  SELECT household_id, sales_value
  FROM transactions
  LIMIT 1000
)
SELECT
  SUM(sales_value) AS sales
FROM sample
