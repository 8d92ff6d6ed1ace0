-- title: A parameter in a query that is no template
-- expect: denied unknown_parameter
SELECT
  COUNT(DISTINCT household_id) AS households
FROM transactions
WHERE department = :department
