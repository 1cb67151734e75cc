drop table lesson_progress, enrollments;
