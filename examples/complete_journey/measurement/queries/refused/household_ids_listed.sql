-- title: Which households buy beer? (by name, please)
-- expect: denied private_final_select
SELECT DISTINCT
  household_id
FROM transactions
WHERE product_category = 'BEERS/ALES'
