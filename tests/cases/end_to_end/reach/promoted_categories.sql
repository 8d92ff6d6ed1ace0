SELECT department, product_category
FROM products
WHERE product_id IN (SELECT product_id FROM promoted_products WHERE campaign_id = 18)
GROUP BY department, product_category
