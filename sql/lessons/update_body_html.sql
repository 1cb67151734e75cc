-- name: update_body_html(lesson_id, body, body_html, html_version)!
-- purpose:  Store the HTML of a lesson's body, unless that was edited since it was read.
-- endpoint: flask courses render, flask seed demo, flask seed load, job render_texts
-- param:    lesson_id bigint, the lesson
-- param:    body text, what was rendered
-- param:    body_html text, its HTML
-- param:    html_version smallint, of the rules that made it
-- returns:  the number of lessons changed, 0 or 1
-- index:    courses_pkey, lessons_pkey, modules_pkey
-- budget:   5 ms p95, warm, 20 k lessons
-- cache:    none
-- drops:    none
-- locks:    the course's and then the lesson's row, not against its learners
-- scope:    none
-- The course first, as authors do: see lock_upload.
with held as (
    select l.id
    from lessons as l
    inner join modules as m on l.module_id = m.id
    inner join courses as c on m.course_id = c.id
    where l.id = :lesson_id
    for no key update of c
)

-- updated_at stays: nobody has edited anything.
update lessons as l
set
    body_html = :body_html,
    html_version = :html_version
from held
where l.id = held.id and l.body = :body;
