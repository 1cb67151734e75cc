-- name: update_description_html(course_id, description, description_html, html_version)!
-- purpose:  Store the HTML of a description, unless that was edited since it was read.
-- endpoint: flask courses render, flask seed demo, flask seed load, job render_texts
-- param:    course_id bigint, the course
-- param:    description text, what was rendered
-- param:    description_html text, its HTML
-- param:    html_version smallint, of the rules that made it
-- returns:  the number of courses changed, 0 or 1
-- index:    courses_pkey
-- budget:   5 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the course's row
-- scope:    none
-- updated_at stays: nobody has edited anything.
update courses
set
    description_html = :description_html,
    html_version = :html_version
where id = :course_id and description = :description;
