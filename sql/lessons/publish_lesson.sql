-- name: publish_lesson(actor_id, lesson_id)^
-- purpose:  Let learners have a lesson, if there is something to watch or to read in it.
-- endpoint: POST /api/v1/lessons/<lesson_id>/publish
-- param:    actor_id bigint, the author
-- param:    lesson_id bigint, locked before
-- returns:  outcome (ok, also when it was published before; not_publishable), and whether
--           learners have one back that they had begun before
-- index:    lessons_pkey, idx_lesson_progress_lesson_id
-- budget:   3 ms p95, warm, 500 courses
-- cache:    none
-- drops:    courses:published
-- locks:    the lesson's row, not against its learners
-- scope:    none
with judged as materialized (
    select
        id,
        case kind when 'video' then mux_playback_id is not null else body ~ '[^ \t-\r]' end
        as is_ready
    from lessons
    where id = :lesson_id
),

published as (
    update lessons as l
    set
        published_at = now(),
        version = l.version + 1,
        updated_at = now()
    from judged
    where l.id = judged.id and l.published_at is null and judged.is_ready
    returning l.id
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id)
    select
        :actor_id,
        'lesson_published',
        'lesson',
        published.id
    from published
)

select
    case when judged.is_ready then 'ok' else 'not_publishable' end as outcome,
    exists (select from published)
    and exists (
        select from lesson_progress as lp
        where lp.lesson_id = judged.id
    ) as is_begun
from judged;
