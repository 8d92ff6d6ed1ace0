-- title: Sales of the products that the coupons promote
-- expect: denied mixed_rule_types
SELECT
  COUNT(DISTINCT t.household_id) AS households
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
INNER JOIN promoted_products AS c ON m.campaign_id = c.campaign_id
