-- name: create_upload(actor_id, lesson_id, mux_upload_id, url, seconds)$
-- purpose:  Remember an upload that Mux has opened, and who asked for it.
-- endpoint: POST /api/v1/lessons/<lesson_id>/uploads
-- param:    actor_id bigint, the caller
-- param:    lesson_id bigint, from the path; its row is locked
-- param:    mux_upload_id text, of Mux's answer
-- param:    url text, of Mux's answer; it is passed on and kept nowhere
-- param:    seconds integer, how long the file may be sent there
-- returns:  json Upload
-- index:    none
-- budget:   3 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    none
with created as (
    insert into video_uploads (lesson_id, mux_upload_id, expires_at)
    values (:lesson_id, :mux_upload_id, now() + :seconds::integer * interval '1 second')
    returning *
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'video_upload_created',
        'lesson',
        created.lesson_id,
        jsonb_build_object('upload_id', created.id)
    from created
)

select json_build_object(
    'id', created.id,
    'url', :url::text,
    'expires_at', created.expires_at,
    'status', created.status
)
from created;
