-- title: The retailer's whole catalogue
-- expect: denied missing_join_with_query_runner
SELECT DISTINCT
  p.department,
  p.product_category,
  p.product_type
FROM products AS p
