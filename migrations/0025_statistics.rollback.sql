drop table lesson_statistics, course_statistics;
