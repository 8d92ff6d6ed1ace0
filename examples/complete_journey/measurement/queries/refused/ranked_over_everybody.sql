-- title: The hundred best customers, ranked against everybody else
-- expect: denied private_inner_query
WITH ranked AS (
  SELECT household_id, sales_value, ROW_NUMBER() OVER (ORDER BY sales_value DESC) AS place
  FROM transactions
)
SELECT
  SUM(sales_value) AS sales
FROM ranked
WHERE place <= 100
