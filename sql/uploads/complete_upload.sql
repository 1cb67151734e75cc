-- name: complete_upload(upload_id, mux_asset_id, mux_playback_id, duration_seconds)$
-- purpose:  A video is ready: its lesson shows it from now on, with its real duration.
-- endpoint: POST /api/v1/webhooks/mux
-- param:    upload_id bigint, of lock_upload
-- param:    mux_asset_id text, from the event
-- param:    mux_playback_id text, from the event
-- param:    duration_seconds integer, from the event, or null if Mux has not measured it
-- returns:  whether the lesson has it now: not if the upload does not wait any more, and not if
--           the lesson takes no video any more
-- index:    lessons_pkey, video_uploads_pkey
-- budget:   3 ms p95, warm
-- cache:    none
-- drops:    courses:published
-- locks:    the upload's row; the lesson's, locked before
-- scope:    none
with shown as (
    update lessons as l
    set
        mux_playback_id = :mux_playback_id,
        duration_seconds = coalesce(:duration_seconds, l.duration_seconds),
        version = l.version + 1,
        updated_at = now()
    from video_uploads as u
    where
        u.id = :upload_id
        and u.status = 'waiting'
        and l.id = u.lesson_id
        and l.kind = 'video'
        and l.archived_at is null
    returning
        l.id, u.id as upload_id, l.mux_playback_id, l.duration_seconds
),

settled as (
    update video_uploads as u
    set
        status = 'ready',
        mux_asset_id = :mux_asset_id,
        updated_at = now()
    from shown
    where u.id = shown.upload_id
),

audited as (
    -- No actor: it was Mux.
    insert into audit_log (action, target_type, target_id, details)
    select
        'video_ready',
        'lesson',
        shown.id,
        jsonb_build_object(
            'upload_id', shown.upload_id,
            'mux_playback_id', shown.mux_playback_id,
            'duration_seconds', shown.duration_seconds
        )
    from shown
)

select count(*) = 1 as is_shown
from shown;
