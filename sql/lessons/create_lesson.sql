-- name: create_lesson(actor_id, module_id, lesson, most)$
-- purpose:  A new lesson at the end of a module, not published, and the entry in the audit trail.
-- endpoint: POST /api/v1/modules/<module_id>/lessons
-- param:    actor_id bigint, the author
-- param:    module_id bigint, of a course that was locked before, so that nobody else takes the
--           position
-- param:    lesson jsonb, title, kind, body and its HTML with the version of the rules,
--           duration_seconds, mux_playback_id, is_preview, points
-- param:    most bigint, how many lessons a module may have
-- returns:  the lesson's id; no row when the module has as many as it may
-- index:    idx_lessons_module_id_position
-- budget:   3 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the new rows; the module's row, key-shared
-- scope:    none
with created as (
    insert into lessons (
        module_id, title, position, kind, body, body_html, html_version, duration_seconds,
        mux_playback_id, is_preview, points
    )
    select
        :module_id,
        new.title,
        -- After the archived ones, too.
        (
            select coalesce(max(l.position), 0) + 1
            from lessons as l
            where l.module_id = :module_id
        ),
        new.kind,
        new.body,
        new.body_html,
        new.html_version,
        new.duration_seconds,
        new.mux_playback_id,
        new.is_preview,
        new.points
    from jsonb_populate_record(null::lessons, :lesson::jsonb) as new
    where (
        select count(*)
        from lessons as l
        where l.module_id = :module_id and l.archived_at is null
    ) < :most
    returning *
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'lesson_created',
        'lesson',
        created.id,
        jsonb_build_object('module_id', created.module_id, 'title', created.title)
    from created
)

select id
from created;
