-- title: Week by week, what is sold? (with so many groups little remains: compare sales_by_quarter)
WITH weeks AS (
  SELECT household_id, week, SUM(sales_value) AS sales
  FROM transactions
  GROUP BY household_id, week
)
SELECT
  week,
  SUM(sales) AS sales
FROM weeks
GROUP BY week
ORDER BY week
