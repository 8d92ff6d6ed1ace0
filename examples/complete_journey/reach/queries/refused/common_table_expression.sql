-- title: How many households bought once, twice, three times? (a subquery per household)
-- expect: denied common_table_expression
WITH visits AS (
  SELECT t.week, COUNT(DISTINCT t.basket_id) AS baskets
  FROM campaign_mailings AS m
  INNER JOIN transactions AS t ON m.household_id = t.household_id
  GROUP BY t.week
)
SELECT
  baskets,
  COUNT(week) AS weeks
FROM visits
GROUP BY baskets
