-- title: average score per test, with noise
SELECT WITH DIFFERENTIAL_PRIVACY
  OPTIONS (epsilon = 10)
  test_id,
  AVG(test_score, contribution_bounds_per_group => (0, 1000)) AS average_test_score
FROM mydataset.NoisyExams
GROUP BY test_id
