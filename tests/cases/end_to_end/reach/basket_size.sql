WITH baskets AS (
  SELECT campaign_id, household_id, basket_id, count(*) AS basket_lines, sum(sales_value) AS sales
  FROM transactions JOIN campaign_mailings USING (household_id)
  WHERE transaction_date BETWEEN start_date AND end_date
  GROUP BY campaign_id, household_id, basket_id
)
SELECT campaign_id, count(*) AS baskets, sum(basket_lines) AS basket_lines, sum(sales) AS sales,
       sum(sales) / sum(basket_lines) AS sales_per_line
FROM baskets
GROUP BY campaign_id
HAVING count(DISTINCT household_id) >= 25
ORDER BY campaign_id
