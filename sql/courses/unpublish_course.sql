-- name: unpublish_course(actor_id, course_id)!
-- purpose:  Take a course off the public list. Whoever is enrolled keeps it.
-- endpoint: POST /api/v1/courses/<course_id>/unpublish
-- param:    actor_id bigint, the author
-- param:    course_id bigint, locked before
-- returns:  the number of courses unpublished, 0 or 1
-- index:    courses_pkey
-- budget:   3 ms p95, warm, 500 courses
-- cache:    none
-- drops:    courses:published
-- locks:    the course's row
-- scope:    none
with unpublished as (
    update courses
    set
        published_at = null,
        version = version + 1,
        updated_at = now()
    where id = :course_id and published_at is not null
    returning id
)

insert into audit_log (actor_id, action, target_type, target_id)
select
    :actor_id,
    'course_unpublished',
    'course',
    unpublished.id
from unpublished;
