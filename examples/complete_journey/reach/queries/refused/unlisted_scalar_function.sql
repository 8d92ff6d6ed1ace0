-- title: Sales by the first letter of the department
-- expect: denied unlisted_scalar_function
SELECT
  SUBSTRING(t.department, 1, 1) AS letter,
  SUM(t.sales_value) AS sales
FROM campaign_mailings AS m
INNER JOIN transactions AS t ON m.household_id = t.household_id
GROUP BY SUBSTRING(t.department, 1, 1)
