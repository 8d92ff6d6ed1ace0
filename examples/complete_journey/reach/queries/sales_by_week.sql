-- title: Week by week, what do the households of campaign 18 spend?
SELECT
  t.week,
  COUNT(DISTINCT t.household_id) AS households,
  COUNT(DISTINCT t.basket_id) AS baskets,
  SUM(t.sales_value) AS sales
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
WHERE m.campaign_id = 18
GROUP BY t.week
ORDER BY t.week
