-- title: Purchases on days when somebody redeemed a coupon, joined by day instead of household
-- expect: denied private_join
SELECT
  COUNT(DISTINCT t.household_id) AS households
FROM transactions AS t
INNER JOIN coupon_redemptions AS r ON t.transaction_date = r.redemption_date
