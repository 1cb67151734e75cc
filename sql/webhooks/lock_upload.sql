-- name: lock_upload(mux_upload_id)^
-- purpose:  Which upload an event of Mux is about; its lesson is held until the event is done with.
-- endpoint: POST /api/v1/webhooks/mux
-- param:    mux_upload_id text, from the event
-- returns:  id bigint and lesson_id bigint, or no row for an upload that is not ours
-- index:    lessons_pkey, video_uploads_mux_upload_id_key
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the lesson's row: its uploads are begun and settled one after the other
-- scope:    none
select
    u.id,
    u.lesson_id
from video_uploads as u
inner join lessons as l on u.lesson_id = l.id
where u.mux_upload_id = :mux_upload_id
for no key update of l;
