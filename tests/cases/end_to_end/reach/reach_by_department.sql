WITH mailed AS (SELECT DISTINCT household_id FROM campaign_mailings WHERE campaign_id = 18)
SELECT department, households, sales FROM (
  SELECT ifnull(department, 'UNKNOWN') AS department, count(DISTINCT household_id) AS households, sum(sales_value) AS sales
  FROM transactions SEMI JOIN mailed USING (household_id)
  GROUP BY 1
)
WHERE households >= 25
ORDER BY households DESC, department
