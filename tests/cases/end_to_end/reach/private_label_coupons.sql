-- All of them: the query itself stops after 50, which may be any 50.
SELECT campaign_id, coupon_upc, product_type
FROM promoted_products JOIN products USING (product_id)
WHERE brand = 'Private' AND department IN ('GROCERY', 'PASTRY')
GROUP BY campaign_id, coupon_upc, product_type
