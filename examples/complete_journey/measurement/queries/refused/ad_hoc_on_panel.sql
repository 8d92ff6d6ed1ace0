-- title: An own question to the panel's table
-- expect: denied analysis_not_approved
SELECT
  d.age,
  COUNT(DISTINCT t.household_id) AS households
FROM transactions AS t
INNER JOIN demographics AS d ON t.household_id = d.household_id
GROUP BY d.age
