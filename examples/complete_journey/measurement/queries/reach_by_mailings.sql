-- title: How many shoppers were mailed how often?
WITH mailings AS (
  SELECT household_id, COUNT(campaign_id) AS mailed
  FROM campaign_mailings
  GROUP BY household_id
)
SELECT
  CASE
    WHEN m.mailed IS NULL THEN '0: never'
    WHEN m.mailed < 3 THEN '1: once or twice'
    WHEN m.mailed < 6 THEN '2: three to five times'
    ELSE '3: more often'
  END AS mailings,
  COUNT(DISTINCT t.household_id) AS households
FROM transactions AS t
LEFT JOIN mailings AS m ON t.household_id = m.household_id
GROUP BY
  CASE
    WHEN m.mailed IS NULL THEN '0: never'
    WHEN m.mailed < 3 THEN '1: once or twice'
    WHEN m.mailed < 6 THEN '2: three to five times'
    ELSE '3: more often'
  END
ORDER BY mailings
