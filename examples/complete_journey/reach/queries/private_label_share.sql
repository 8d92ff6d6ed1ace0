-- title: Do the households of campaign 13 buy national brands or the retailer's own label?
SELECT
  LOWER(t.brand) AS brand,
  COUNT(t.basket_id) AS basket_lines,
  SUM(t.sales_value) AS sales
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
WHERE m.campaign_id = 13 AND t.brand IS NOT NULL AND t.department NOT IN ('FUEL', 'MISCELLANEOUS')
GROUP BY LOWER(t.brand)
ORDER BY LOWER(t.brand)
