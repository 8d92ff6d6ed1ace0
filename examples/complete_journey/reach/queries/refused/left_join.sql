-- title: Mailed households with and without purchases
-- expect: denied join_other_than_inner
SELECT
  m.campaign_type,
  COUNT(DISTINCT m.household_id) AS households
FROM campaign_mailings AS m
LEFT JOIN transactions AS t ON m.household_id = t.household_id
GROUP BY m.campaign_type
