WITH mailed AS (SELECT DISTINCT household_id FROM campaign_mailings WHERE campaign_id = 13)
SELECT brand, basket_lines, sales FROM (
  SELECT lower(brand) AS brand, count(*) AS basket_lines, sum(sales_value) AS sales,
         count(DISTINCT household_id) AS households
  FROM transactions SEMI JOIN mailed USING (household_id)
  WHERE brand IS NOT NULL AND department != 'FUEL' AND department != 'MISCELLANEOUS'
  GROUP BY 1
)
WHERE households >= 25
ORDER BY brand
