-- title: exams whose score is known
SELECT *
FROM mydataset.SharedExams INNER JOIN mydataset.StudentTable USING (test_score)
