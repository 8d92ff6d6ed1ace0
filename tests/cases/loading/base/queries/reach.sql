-- title: households mailed, by campaign
-- expect: allowed
SELECT campaign, COUNT(DISTINCT household_id) AS households FROM mailings GROUP BY campaign
