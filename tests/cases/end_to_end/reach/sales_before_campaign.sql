-- One household is mailed once in a campaign, so household sums may be added up.
WITH spend AS (
  SELECT campaign_id, household_id, sum(sales_value) AS sales
  FROM campaign_mailings JOIN transactions USING (household_id)
  WHERE transaction_date BETWEEN baseline_start_date AND start_date - 1
  GROUP BY campaign_id, household_id
)
SELECT campaign_id, count(*) AS households, sum(sales) AS sales
FROM spend
GROUP BY campaign_id
HAVING count(*) >= 25
ORDER BY campaign_id
