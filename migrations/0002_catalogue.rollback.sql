drop table lessons, modules, course_instructors, courses;
drop function fold_for_search(text);
