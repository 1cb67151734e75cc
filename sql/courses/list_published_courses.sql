-- name: list_published_courses(before_micros, before_id, limit)$
-- purpose:  A page of the public catalogue, newest first.
-- endpoint: GET /api/v1/courses
-- param:    before_micros bigint, published_at of the page before, µs since 1970, or null
-- param:    before_id bigint, its id, or null
-- param:    limit integer, 1 to 100
-- returns:  json CourseList
-- index:    idx_courses_published_at_id
-- budget:   10 ms p95, warm, 500 courses
-- cache:    courses:published
-- drops:    none
-- locks:    none
-- scope:    one-user
with page as materialized (
    select
        c.*,
        'c' || (extract(epoch from c.published_at) * 1000000)::bigint || '_' || c.id as cursor,
        row_number() over (order by c.published_at desc, c.id desc) as n
    from courses as c
    where
        c.published_at is not null
        -- Without a page before: everything comes after the end of time.
        and (c.published_at, c.id) < (
            coalesce(
                timestamptz 'epoch' + :before_micros::bigint * interval '1 microsecond',
                'infinity'
            ),
            coalesce(:before_id::bigint, 9223372036854775807)
        )
    order by c.published_at desc, c.id desc
    limit :limit::integer + 1
)

select json_build_object(
    'items', coalesce(
        json_agg(
            json_build_object(
                'id', page.id,
                'slug', page.slug,
                'title', page.title,
                'description', page.description,
                'language', page.language,
                'lessons_count', sums.lessons_count,
                'duration_seconds', sums.duration_seconds,
                'published_at', page.published_at
            )
            order by page.n
        ) filter (where page.n <= :limit), '[]'
    ),
    'next_cursor',
    case when count(*) > :limit then max(page.cursor) filter (where page.n = :limit) end
)
from page
cross join lateral (
    select
        count(*) as lessons_count,
        coalesce(sum(l.duration_seconds), 0) as duration_seconds
    from modules as m
    inner join lessons as l on m.id = l.module_id
    where m.course_id = page.id and l.published_at is not null
) as sums;
