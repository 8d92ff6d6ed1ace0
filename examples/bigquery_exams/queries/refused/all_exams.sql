-- title: exams without a join
-- expect: denied unsatisfied_join_restriction
SELECT * FROM mydataset.SharedExams
