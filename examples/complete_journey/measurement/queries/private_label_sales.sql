-- title: What is the share of the retailer's own label in sales?
WITH spend AS (
  SELECT
    household_id,
    SUM(CASE WHEN brand = 'Private' THEN sales_value ELSE 0 END) AS private_label,
    SUM(sales_value) AS total
  FROM transactions
  WHERE department <> 'FUEL'
  GROUP BY household_id
)
SELECT
  SUM(private_label) AS private_label_sales,
  SUM(total) AS sales,
  SUM(private_label) / SUM(total) AS share
FROM spend
