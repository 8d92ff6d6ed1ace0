-- title: Rows put aside first, counted afterwards
-- expect: undocumented
CACHE TABLE cheese AS
SELECT household_id, sales_value
FROM transactions
WHERE product_category = 'CHEESE';

SELECT
  COUNT(DISTINCT household_id) AS households
FROM cheese
