drop table past_enrollments;
