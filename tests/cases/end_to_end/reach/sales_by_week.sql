WITH mailed AS (SELECT DISTINCT household_id FROM campaign_mailings WHERE campaign_id = 18)
SELECT week, households, baskets, sales FROM (
  SELECT week, count(DISTINCT household_id) AS households, count(DISTINCT basket_id) AS baskets, sum(sales_value) AS sales
  FROM transactions SEMI JOIN mailed USING (household_id)
  GROUP BY week
)
WHERE households >= 25
ORDER BY week
