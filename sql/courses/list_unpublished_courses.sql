-- name: list_unpublished_courses(user_id, role, q, before_id, limit)$
-- purpose:  A page of the courses that are not published: all for an admin, else the caller's own.
-- endpoint: GET /api/v1/courses
-- param:    user_id bigint, the caller
-- param:    role text, the caller's
-- param:    q text, as typed, or null
-- param:    before_id bigint, the last id of the page before, or null
-- param:    limit integer, 1 to 100
-- returns:  json CourseList
-- index:    idx_lessons_module_id
-- budget:   10 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
-- Of courses no index is named: of a few hundred it is as fast to read all as to walk
-- courses_pkey, and PostgreSQL does now the one, now the other.
with page as materialized (
    select
        c.*,
        row_number() over (order by c.id desc) as n
    from courses as c
    -- As in search_courses: unpacked once a course instead of once a word.
    -- (The linter cannot read an offset without from.)
    -- noqa: disable=PRS
    cross join lateral (select c.search_text || '' as content offset 0) as unpacked
    -- noqa: enable=PRS
    where
        c.published_at is null
        and c.archived_at is null
        and (
            :role = 'admin'
            or exists (
                select from course_instructors as i
                where i.course_id = c.id and i.user_id = :user_id
            )
        )
        and not exists (
            select
            from regexp_split_to_table(fold_for_search(:q), '[[:space:]]+') as word
            where strpos(unpacked.content, word) = 0
        )
        and c.id < coalesce(:before_id::bigint, 9223372036854775807)
    order by c.id desc
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
    case when count(*) > :limit then max('d' || page.id) filter (where page.n = :limit) end
)
from page
cross join lateral (
    select
        count(*) as lessons_count,
        coalesce(sum(l.duration_seconds), 0) as duration_seconds
    from modules as m
    inner join lessons as l on m.id = l.module_id
    where m.course_id = page.id and l.archived_at is null
) as sums;
