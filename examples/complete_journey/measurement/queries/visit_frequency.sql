-- title: Frequency distribution: how many households come how often in a year?
WITH visits AS (
  SELECT household_id, COUNT(DISTINCT basket_id) AS baskets
  FROM transactions
  GROUP BY household_id
)
SELECT
  CASE
    WHEN baskets < 12 THEN '1: less than monthly'
    WHEN baskets < 52 THEN '2: less than weekly'
    WHEN baskets < 104 THEN '3: once or twice a week'
    ELSE '4: more often'
  END AS frequency,
  COUNT(DISTINCT household_id) AS households
FROM visits
GROUP BY
  CASE
    WHEN baskets < 12 THEN '1: less than monthly'
    WHEN baskets < 52 THEN '2: less than weekly'
    WHEN baskets < 104 THEN '3: once or twice a week'
    ELSE '4: more often'
  END
ORDER BY frequency
