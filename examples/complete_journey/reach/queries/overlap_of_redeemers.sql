-- title: How many mailed households both shop cheese and redeem coupons?
SELECT
  COUNT(DISTINCT t.household_id) AS households
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
INNER JOIN coupon_redemptions AS r ON m.household_id = r.household_id
WHERE t.product_category = 'CHEESE'
