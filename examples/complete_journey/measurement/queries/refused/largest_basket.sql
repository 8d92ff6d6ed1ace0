-- title: The largest amount on any receipt line
-- expect: denied private_final_select
SELECT
  department,
  MAX(sales_value) AS largest
FROM transactions
GROUP BY department
