-- A household is one household however often it bought: semi-join first, then count.
SELECT campaign_type, households FROM (
  SELECT campaign_type, count(DISTINCT household_id) AS households
  FROM campaign_mailings
  WHERE household_id IN (SELECT household_id FROM transactions)
  GROUP BY campaign_type
)
WHERE households >= 25
ORDER BY campaign_type
