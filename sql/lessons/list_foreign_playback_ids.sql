-- name: list_foreign_playback_ids(user_id, role, mux_playback_ids)$
-- purpose:  Which videos an author may not show, because they are those of courses that others
--           teach: learners see the ids, and the service would sign them.
-- endpoint: POST /api/v1/modules/<module_id>/lessons, PATCH /api/v1/lessons/<lesson_id>,
--           POST /api/v1/courses/import
-- param:    user_id bigint, the author
-- param:    role text, theirs
-- param:    mux_playback_ids text[], the videos that they name
-- returns:  text[], empty for admins
-- index:    idx_lessons_mux_playback_id
-- budget:   3 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select coalesce(array_agg(distinct l.mux_playback_id), '{}')
from lessons as l
inner join modules as m on l.module_id = m.id
where
    l.mux_playback_id = any(cast(:mux_playback_ids as text[]))
    and :role <> 'admin'
    and m.course_id not in (
        select i.course_id
        from course_instructors as i
        where i.user_id = :user_id
    );
