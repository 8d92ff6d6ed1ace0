-- title: students per test, where there are at least three
SELECT WITH AGGREGATION_THRESHOLD
  test_id,
  COUNT(DISTINCT last_name) AS student_count
FROM mydataset.ExamView
GROUP BY test_id
