-- name: delete_course(actor_id, course_id)$
-- purpose:  Delete a course that nobody ever took; archive any other, so that those who took it
--           keep it.
-- endpoint: DELETE /api/v1/courses/<ref>
-- param:    actor_id bigint, the author
-- param:    course_id bigint, whose lessons are locked, too
-- returns:  whether it was archived
-- index:    courses_pkey
-- budget:   10 ms p95, warm, 500 courses
-- cache:    none
-- drops:    courses:published
-- locks:    the rows of the course
-- scope:    all-users
with judged as materialized (
    select exists(
        select
        from enrollments as e
        where e.course_id = :course_id
        union all
        select
        from past_enrollments as pe
        where pe.course_id = :course_id
        union all
        select
        from modules as m
        inner join lessons as l on m.id = l.module_id
        inner join lesson_progress as lp on l.id = lp.lesson_id
        where m.course_id = :course_id
    ) as is_taken
),

archived as (
    update courses as c
    set
        -- Another course may have it now. By chance, so that nobody has taken the new one before.
        slug = rtrim(left(c.slug, 80), '-') || '-archived-' || c.id || '-'
        || left(md5(random()::text), 8),
        published_at = null,
        archived_at = now(),
        version = c.version + 1,
        updated_at = now()
    from judged
    where c.id = :course_id and judged.is_taken
    returning c.id, c.title
),

-- Foreign keys are checked when the whole statement has ended.
deleted_lessons as (
    delete from lessons
    using modules, judged
    where
        lessons.module_id = modules.id
        and modules.course_id = :course_id
        and not judged.is_taken
),

deleted_modules as (
    delete from modules
    using judged
    where modules.course_id = :course_id and not judged.is_taken
),

deleted_instructors as (
    delete from course_instructors
    using judged
    where course_instructors.course_id = :course_id and not judged.is_taken
),

deleted as (
    delete from courses
    using judged
    where courses.id = :course_id and not judged.is_taken
    returning courses.id, courses.title
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        case when judged.is_taken then 'course_archived' else 'course_deleted' end,
        'course',
        :course_id,
        jsonb_build_object('title', coalesce(deleted.title, archived.title))
    from judged
    left join deleted on true
    left join archived on true
)

select is_taken
from judged;
