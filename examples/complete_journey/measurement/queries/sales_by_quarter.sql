-- title: Quarter by quarter, what is sold? (one row for each household and quarter keeps the noise small)
WITH quarters AS (
  SELECT household_id, QUARTER(transaction_date) AS quarter_of_2017, SUM(sales_value) AS sales
  FROM transactions
  WHERE transaction_date <= DATE '2017-12-31'
  GROUP BY household_id, QUARTER(transaction_date)
)
SELECT
  quarter_of_2017,
  SUM(sales) AS sales
FROM quarters
GROUP BY quarter_of_2017
ORDER BY quarter_of_2017
