-- title: Sales lift: what do mailed and other households spend before and during campaign 18?
-- parameter campaign_id = 18
-- parameter baseline_start = 2017-09-04
-- parameter campaign_start = 2017-10-30
-- parameter campaign_end = 2017-12-24
WITH mailed AS (
  SELECT household_id, 'mailed' AS audience
  FROM campaign_mailings
  WHERE campaign_id = :campaign_id
  GROUP BY household_id
),
spend AS (
  SELECT
    household_id,
    SUM(CASE WHEN transaction_date < :campaign_start THEN sales_value ELSE 0 END) AS spend_before,
    SUM(CASE WHEN transaction_date >= :campaign_start THEN sales_value ELSE 0 END) AS spend_during
  FROM transactions
  WHERE transaction_date >= :baseline_start AND transaction_date <= :campaign_end
  GROUP BY household_id
)
SELECT
  COALESCE(m.audience, 'not mailed') AS audience,
  COUNT(DISTINCT s.household_id) AS households,
  AVG(s.spend_before) AS mean_spend_before,
  AVG(s.spend_during) AS mean_spend_during
FROM spend AS s
LEFT JOIN mailed AS m ON s.household_id = m.household_id
GROUP BY COALESCE(m.audience, 'not mailed')
ORDER BY audience
