-- title: Sales by day first, households lost on the way
-- expect: denied private_inner_query
WITH days AS (
  SELECT transaction_date, SUM(sales_value) AS sales
  FROM transactions
  GROUP BY transaction_date
)
SELECT
  AVG(sales) AS mean_day
FROM days
