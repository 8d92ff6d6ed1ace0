-- title: Mean and spread of a year's spend, by size of the household
WITH spend AS (
  SELECT household_id, SUM(sales_value) AS spend_of_year
  FROM transactions
  GROUP BY household_id
)
SELECT
  d.household_size,
  AVG(s.spend_of_year) AS mean_spend,
  STDDEV(s.spend_of_year) AS spread
FROM spend AS s
INNER JOIN demographics AS d ON s.household_id = d.household_id
GROUP BY d.household_size
ORDER BY d.household_size
