SELECT households FROM (
  SELECT count(*) AS households FROM (
    SELECT household_id FROM campaign_mailings
    INTERSECT SELECT household_id FROM coupon_redemptions
    INTERSECT SELECT household_id FROM transactions WHERE product_category = 'CHEESE'
  )
)
WHERE households >= 25
