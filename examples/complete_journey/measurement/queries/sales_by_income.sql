-- title: What does each income bracket spend in one department?
-- parameter department = GROCERY
WITH spend AS (
  SELECT household_id, SUM(sales_value) AS spend_in_department
  FROM transactions
  WHERE department = :department
  GROUP BY household_id
)
SELECT
  d.income,
  COUNT(DISTINCT s.household_id) AS households,
  SUM(s.spend_in_department) AS sales
FROM spend AS s
INNER JOIN demographics AS d ON s.household_id = d.household_id
GROUP BY d.income
ORDER BY d.income
