-- name: reorder_outline(actor_id, course_id, module_ids, lesson_ids, lesson_module_ids)$
-- purpose:  Put the modules of a course, and the lessons in them, into another order; lessons may
--           move to another module.
-- endpoint: PUT /api/v1/courses/<course_id>/outline
-- param:    actor_id bigint, the author
-- param:    course_id bigint, locked before
-- param:    module_ids bigint[], every module of the course, in the new order
-- param:    lesson_ids bigint[], every lesson of the course, in the new order
-- param:    lesson_module_ids bigint[], of each the module that it goes into
-- returns:  outcome (ok, outline_changed when these are not exactly those there are)
-- index:    idx_modules_course_id_position
-- budget:   20 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the course's row; the modules' and lessons' rows that move, until the commit also
--           against who begins one of these lessons
-- scope:    none
with old as materialized (
    select
        l.id,
        l.module_id,
        l.position,
        l.archived_at is not null as is_archived
    from modules as m
    inner join lessons as l on m.id = l.module_id
    where m.course_id = :course_id
),

judged as materialized (
    select
        (
            select coalesce(array_agg(m.id order by m.id), '{}')
            from modules as m
            where m.course_id = :course_id and m.archived_at is null
        ) = (
            select coalesce(array_agg(given.id order by given.id), '{}')
            from unnest(:module_ids::bigint[]) as given (id)
        )
        and (
            select coalesce(array_agg(old.id order by old.id), '{}')
            from old
            where not old.is_archived
        ) = (
            select coalesce(array_agg(given.id order by given.id), '{}')
            from unnest(:lesson_ids::bigint[]) as given (id)
        )
        and :lesson_module_ids::bigint[] <@ :module_ids::bigint[] as is_complete
),

-- Archived ones keep positions, too: behind the others.
module_order as (
    select
        m.id,
        row_number() over (order by given.n nulls last, m.position) as position
    from modules as m
    left join unnest(:module_ids::bigint[]) with ordinality as given (id, n) on m.id = given.id
    where m.course_id = :course_id
),

lesson_order as (
    select
        old.id,
        place.module_id,
        row_number() over (
            partition by place.module_id
            order by given.n nulls last, old.position
        ) as position
    from old
    left join unnest(
        :lesson_ids::bigint[], :lesson_module_ids::bigint[]
    ) with ordinality as given (id, module_id, n) on old.id = given.id
    cross join lateral (select coalesce(given.module_id, old.module_id) as module_id) as place
),

-- Only those that move are locked. Two may swap: positions are checked when all have moved.
moved_modules as (
    update modules as m
    set
        position = module_order.position,
        version = m.version + 1,
        updated_at = now()
    from module_order
    cross join judged
    where
        judged.is_complete
        and m.id = module_order.id
        and m.position <> module_order.position
),

moved_lessons as (
    update lessons as l
    set
        module_id = lesson_order.module_id,
        position = lesson_order.position,
        version = l.version + 1,
        updated_at = now()
    from lesson_order
    cross join judged
    where
        judged.is_complete
        and l.id = lesson_order.id
        and (l.module_id, l.position) <> (lesson_order.module_id, lesson_order.position)
),

updated as (
    update courses as c
    set
        version = c.version + 1,
        updated_at = now()
    from judged
    where c.id = :course_id and judged.is_complete
    returning c.id
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'outline_reordered',
        'course',
        updated.id,
        jsonb_build_object('modules', :module_ids::bigint[], 'lessons', :lesson_ids::bigint[])
    from updated
)

select case when judged.is_complete then 'ok' else 'outline_changed' end as outcome
from judged;
