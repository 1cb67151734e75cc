-- depends: 0022_course_html
-- What clients show: HTML of bodies, made by the service when they are written.

-- html_version: which rules made it (courseapp/markdown.py); 0: none, `flask courses render` is due.
-- The checks read each row once, while nobody else can: under 0.1 s at 100,000 lessons.
alter table lessons
add column body_html text not null default ''
constraint lessons_body_html_check check (length(body_html) <= 1001000),
add column html_version smallint not null default 0;
