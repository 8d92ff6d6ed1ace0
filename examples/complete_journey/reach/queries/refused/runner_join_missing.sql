-- title: Sales by department over all households, mailed or not
-- expect: denied missing_join_with_query_runner
SELECT
  department,
  SUM(sales_value) AS sales
FROM transactions
GROUP BY department
