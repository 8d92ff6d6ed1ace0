-- title: The brand's own mailing list, household by household
-- expect: denied disallowed_output_column
SELECT
  m.campaign_id,
  m.household_id
FROM campaign_mailings AS m
WHERE m.campaign_id = 18
