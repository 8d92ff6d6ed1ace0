-- title: The promoted part of the catalogue, repeats and all
-- expect: denied select_without_distinct
SELECT
  p.product_category
FROM products AS p
INNER JOIN promoted_products AS c ON p.product_id = c.product_id
