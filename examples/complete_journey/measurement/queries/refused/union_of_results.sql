-- title: Two answers in one table
-- expect: denied private_final_select
SELECT 'cheese' AS category, COUNT(DISTINCT household_id) AS households
FROM transactions
WHERE product_category = 'CHEESE'
UNION ALL
SELECT 'beer' AS category, COUNT(DISTINCT household_id) AS households
FROM transactions
WHERE product_category = 'BEERS/ALES'
