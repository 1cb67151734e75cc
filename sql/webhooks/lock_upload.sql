-- name: lock_upload(mux_upload_id)^
-- purpose:  Which upload an event of Mux is about; its lesson is held until the event is done with,
--           as by an author.
-- endpoint: POST /api/v1/webhooks/mux
-- param:    mux_upload_id text, from the event
-- returns:  id bigint and lesson_id bigint, or no row for an upload that is not ours
-- index:    courses_pkey, lessons_pkey, modules_pkey, video_uploads_mux_upload_id_key
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the course's and then the lesson's row, not against its learners: its uploads are begun
--           and settled one after the other
-- scope:    none
select
    u.id,
    u.lesson_id
from video_uploads as u
inner join lessons as l on u.lesson_id = l.id
inner join modules as m on l.module_id = m.id
inner join courses as c on m.course_id = c.id
where u.mux_upload_id = :mux_upload_id
-- The course first, as authors do: who holds a lesson only would wait at the commit for whoever
-- puts the lessons into another order, and they for the lesson.
for no key update of c, l;
