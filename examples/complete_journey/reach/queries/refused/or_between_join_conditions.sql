-- title: Redeemers who shop, matched either way
-- expect: denied unlisted_join_operator
SELECT
  COUNT(DISTINCT t.household_id) AS households
FROM campaign_mailings AS m
INNER JOIN coupon_redemptions AS r ON m.household_id = r.household_id
INNER JOIN transactions AS t ON m.household_id = t.household_id OR r.household_id = t.household_id
