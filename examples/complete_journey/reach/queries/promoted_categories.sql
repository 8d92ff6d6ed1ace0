-- title: Which categories of the retailer's catalogue do the coupons of campaign 18 cover?
SELECT DISTINCT
  p.department,
  p.product_category
FROM products AS p
INNER JOIN promoted_products AS c ON p.product_id = c.product_id
WHERE c.campaign_id = 18
