-- name: list_stale_html(after_id, html_version, limit)
-- purpose:  The next batch of descriptions that have no HTML yet, or that of other rules.
-- endpoint: flask courses render, flask seed demo, flask seed load, job render_texts
-- param:    after_id bigint, the last id of the batch before, or 0
-- param:    html_version smallint, of the rules as they are now
-- param:    limit bigint, how many
-- returns:  id and description, in ascending order of ids
-- index:    none
-- budget:   20 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    id,
    description
from courses
where
    id > :after_id
    and html_version <> :html_version
    -- No text has no HTML, by any rules.
    and (description <> '' or description_html <> '')
order by id
limit :limit;
