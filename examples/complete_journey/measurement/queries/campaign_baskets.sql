-- title: How many baskets did each type of campaign see while it ran?
WITH baskets AS (
  SELECT t.household_id, m.campaign_type, COUNT(DISTINCT t.basket_id) AS baskets
  FROM transactions AS t
  INNER JOIN campaign_mailings AS m ON t.household_id = m.household_id
  WHERE t.transaction_date >= m.start_date AND t.transaction_date <= m.end_date
  GROUP BY t.household_id, m.campaign_type
)
SELECT
  campaign_type,
  SUM(baskets) AS baskets
FROM baskets
GROUP BY campaign_type
ORDER BY campaign_type
