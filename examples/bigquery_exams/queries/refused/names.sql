-- title: who took which test
-- expect: denied missing_private_clause
SELECT last_name, test_id FROM mydataset.ExamView
