-- name: fail_upload(upload_id, message)!
-- purpose:  A video will not come, and why. What the lesson shows stays.
-- endpoint: POST /api/v1/webhooks/mux
-- param:    upload_id bigint, of lock_upload
-- param:    message text, up to 500 characters, for the author
-- returns:  1, or 0 if the upload does not wait any more
-- index:    video_uploads_pkey
-- budget:   2 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the upload's row
-- scope:    none
with failed as (
    update video_uploads
    set
        status = 'failed',
        message = :message,
        updated_at = now()
    where id = :upload_id and status = 'waiting'
    returning id, lesson_id, message
)

-- No actor: it was Mux.
insert into audit_log (action, target_type, target_id, details)
select
    'video_failed',
    'lesson',
    failed.lesson_id,
    jsonb_build_object('upload_id', failed.id, 'message', failed.message)
from failed;
