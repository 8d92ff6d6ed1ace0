-- title: A join with USING
-- expect: denied private_join
SELECT
  COUNT(DISTINCT t.household_id) AS households
FROM transactions AS t
INNER JOIN campaign_mailings AS m USING (household_id)
