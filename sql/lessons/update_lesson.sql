-- name: update_lesson(actor_id, lesson_id, changes)$
-- purpose:  Change what is sent of a lesson, and note who did; a published one stays complete.
-- endpoint: PATCH /api/v1/lessons/<lesson_id>
-- param:    actor_id bigint, the author
-- param:    lesson_id bigint, locked before
-- param:    changes jsonb, columns and their new values
-- returns:  outcome (ok, not_publishable when a published lesson would have nothing to show)
-- index:    lessons_pkey
-- budget:   3 ms p95, warm, 500 courses
-- cache:    none
-- drops:    courses:published
-- locks:    the lesson's row, not against its learners
-- scope:    none
with changed as materialized (
    select
        new.*,
        case
            when new.kind = 'video' then new.mux_playback_id is not null
            else new.body ~ '[^ \t-\r]'
        end as is_ready
    from lessons as old
    cross join lateral jsonb_populate_record(old, :changes::jsonb) as new
    where old.id = :lesson_id
),

updated as (
    update lessons as l
    set
        title = changed.title,
        kind = changed.kind,
        body = changed.body,
        body_html = changed.body_html,
        html_version = changed.html_version,
        duration_seconds = changed.duration_seconds,
        mux_playback_id = changed.mux_playback_id,
        is_preview = changed.is_preview,
        points = changed.points,
        version = l.version + 1,
        updated_at = now()
    from changed
    where l.id = :lesson_id and (changed.is_ready or l.published_at is null)
    returning l.id
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'lesson_updated',
        'lesson',
        updated.id,
        -- Texts may be long; that they were changed is enough.
        (:changes::jsonb - '{body, body_html, html_version}'::text[])
        || case when :changes::jsonb ? 'body' then '{"body": "…"}' else '{}' end::jsonb
    from updated
)

select case when exists (select from updated) then 'ok' else 'not_publishable' end as outcome;
