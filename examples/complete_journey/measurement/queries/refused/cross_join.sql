-- title: Every purchase beside every other purchase
-- expect: denied private_join
SELECT
  COUNT(DISTINCT t.household_id) AS households
FROM transactions AS t
CROSS JOIN transactions AS u
