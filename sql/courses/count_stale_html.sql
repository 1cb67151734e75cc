-- name: count_stale_html(html_version)^
-- purpose:  How many descriptions and bodies have no HTML yet, or that of other rules.
-- endpoint: flask courses render, flask seed demo, flask seed load, job render_texts
-- param:    html_version smallint, of the rules as they are now
-- returns:  the number of courses and of lessons
-- index:    none
-- budget:   100 ms, 500 courses
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    (
        select count(*) from courses
        where html_version <> :html_version and (description <> '' or description_html <> '')
    ) as courses,
    (
        select count(*) from lessons
        where html_version <> :html_version and (body <> '' or body_html <> '')
    ) as lessons;
