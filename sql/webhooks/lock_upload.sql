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
-- A lesson that is moved while we wait keeps its course. Joined through its module it would be
-- lost: the module is read once, the lesson again when its lock is free.
with place as materialized (
    select
        u.id,
        u.lesson_id,
        m.course_id
    from video_uploads as u
    inner join lessons as l on u.lesson_id = l.id
    inner join modules as m on l.module_id = m.id
    where u.mux_upload_id = :mux_upload_id
)

select
    place.id,
    place.lesson_id
from place
inner join courses as c on place.course_id = c.id
inner join lessons as l on place.lesson_id = l.id
-- The course first, as authors do: who holds a lesson only would wait at the commit for whoever
-- puts the lessons into another order, and they for the lesson.
for no key update of c, l;
