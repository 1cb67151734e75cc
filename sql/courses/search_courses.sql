-- name: search_courses(q, before_micros, before_id, limit)$
-- purpose:  A page of the published courses whose title or description has every word of q.
-- endpoint: GET /api/v1/courses
-- param:    q text, as typed
-- param:    before_micros bigint, published_at of the page before, µs since 1970, or null
-- param:    before_id bigint, its id, or null
-- param:    limit integer, 1 to 100
-- returns:  json CourseList
-- index:    idx_courses_published_at_id
-- budget:   10 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
with page as materialized (
    select
        c.*,
        'c' || (extract(epoch from c.published_at) * 1000000)::bigint || '_' || c.id as cursor,
        row_number() over (order by c.published_at desc, c.id desc) as n
    from courses as c
    -- Unpacked once a course instead of once a word: fifty words cost twice one, not
    -- twenty times. Without the offset the planner would move it into the loop.
    -- (The linter cannot read an offset without from.)
    -- noqa: disable=PRS
    cross join lateral (select c.search_text || '' as content offset 0) as unpacked
    -- noqa: enable=PRS
    where
        c.published_at is not null
        -- Plain substrings, so that C++, Node.js and an inflected word are found. The
        -- catalogue is small: 500 texts of 2 kB are read in about 4 milliseconds.
        and not exists (
            select
            from regexp_split_to_table(fold_for_search(:q), '[[:space:]]+') as word
            where strpos(unpacked.content, word) = 0
        )
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
