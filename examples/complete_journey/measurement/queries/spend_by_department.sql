-- title: Where do the households of campaign 18 spend? (columns instead of groups: one row a household)
WITH spend AS (
  SELECT
    t.household_id,
    SUM(CASE WHEN t.department = 'GROCERY' THEN t.sales_value ELSE 0 END) AS grocery,
    SUM(CASE WHEN t.department = 'DRUG GM' THEN t.sales_value ELSE 0 END) AS drug,
    SUM(CASE WHEN t.department = 'FUEL' THEN t.sales_value ELSE 0 END) AS fuel
  FROM transactions AS t
  INNER JOIN campaign_mailings AS m ON t.household_id = m.household_id
  WHERE m.campaign_id = 18
  GROUP BY t.household_id
)
SELECT
  SUM(grocery) AS grocery_sales,
  SUM(drug) AS drug_sales,
  SUM(fuel) AS fuel_sales
FROM spend
