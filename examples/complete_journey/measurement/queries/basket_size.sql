-- title: What is a basket worth? (one row a household: sums of many small rows would drown in noise)
WITH baskets AS (
  SELECT household_id, COUNT(DISTINCT basket_id) AS baskets, SUM(sales_value) AS spend
  FROM transactions
  GROUP BY household_id
)
SELECT
  SUM(baskets) AS baskets,
  SUM(spend) AS sales,
  SUM(spend) / SUM(baskets) AS basket_value
FROM baskets
