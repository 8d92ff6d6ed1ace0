-- title: Sales by week and department, with subtotals
-- expect: denied private_construct
SELECT
  week,
  department,
  SUM(sales_value) AS sales
FROM transactions
GROUP BY ROLLUP (week, department)
