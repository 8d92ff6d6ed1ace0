-- title: Overlap: how many shoppers were mailed at all, and what do both kinds spend?
WITH mailed AS (
  SELECT household_id, 'mailed' AS audience
  FROM campaign_mailings
  GROUP BY household_id
),
spend AS (
  SELECT household_id, SUM(sales_value) AS spend_of_year
  FROM transactions
  GROUP BY household_id
)
SELECT
  COALESCE(m.audience, 'not mailed') AS audience,
  COUNT(DISTINCT s.household_id) AS households,
  SUM(s.spend_of_year) AS sales
FROM spend AS s
LEFT JOIN mailed AS m ON s.household_id = m.household_id
GROUP BY COALESCE(m.audience, 'not mailed')
ORDER BY audience
