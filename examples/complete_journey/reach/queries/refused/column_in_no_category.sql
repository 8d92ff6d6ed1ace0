-- title: Loyalty discount by week (shared, but the rule gives retail_disc no use)
-- expect: denied unlisted_aggregate_function
SELECT
  t.week,
  SUM(t.retail_disc) AS discount
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
GROUP BY t.week
