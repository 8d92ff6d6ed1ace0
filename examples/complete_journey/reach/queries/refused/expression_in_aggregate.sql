-- title: Net sales, computed inside the aggregate
-- expect: denied aggregate_of_expression
SELECT
  m.campaign_type,
  SUM(t.sales_value - t.coupon_disc) AS net_sales
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
GROUP BY m.campaign_type
