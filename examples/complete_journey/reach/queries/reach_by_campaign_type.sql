-- title: How many mailed households shop at the retailer, by type of campaign?
SELECT
  m.campaign_type,
  COUNT(DISTINCT m.household_id) AS households
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
GROUP BY m.campaign_type
ORDER BY m.campaign_type
