-- name: update_body_html(lesson_id, body, body_html, html_version)!
-- purpose:  Store the HTML of a lesson's body, unless that was edited since it was read.
-- endpoint: flask courses render, flask seed demo, flask seed load, job render_texts
-- param:    lesson_id bigint, the lesson
-- param:    body text, what was rendered
-- param:    body_html text, its HTML
-- param:    html_version smallint, of the rules that made it
-- returns:  the number of lessons changed, 0 or 1
-- index:    lessons_pkey
-- budget:   5 ms p95, warm, 20 k lessons
-- cache:    none
-- drops:    none
-- locks:    the lesson's row
-- scope:    none
-- updated_at stays: nobody has edited anything.
update lessons
set
    body_html = :body_html,
    html_version = :html_version
where id = :lesson_id and body = :body;
