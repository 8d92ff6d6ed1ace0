-- title: What do the households spend that redeemed a coupon of campaign 18?
-- parameter campaign_id = 18
WITH redeemers AS (
  SELECT household_id, COUNT(coupon_upc) AS redemptions
  FROM coupon_redemptions
  WHERE campaign_id = :campaign_id
  GROUP BY household_id
),
spend AS (
  SELECT household_id, SUM(sales_value) AS spend_of_year
  FROM transactions
  GROUP BY household_id
)
SELECT
  COUNT(DISTINCT s.household_id) AS households,
  AVG(s.spend_of_year) AS mean_spend
FROM spend AS s
INNER JOIN redeemers AS r ON s.household_id = r.household_id
