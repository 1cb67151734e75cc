drop table lesson_statistics;
