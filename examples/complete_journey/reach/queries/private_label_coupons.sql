-- title: Which coupons are good for the retailer's own label?
SELECT DISTINCT
  c.campaign_id,
  c.coupon_upc,
  p.product_type
FROM products AS p
INNER JOIN promoted_products AS c ON p.product_id = c.product_id
WHERE p.brand = 'Private' AND p.department IN ('GROCERY', 'PASTRY')
LIMIT 50
