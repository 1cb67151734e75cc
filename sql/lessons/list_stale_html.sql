-- name: list_stale_html(after_id, html_version, limit)
-- purpose:  The next batch of bodies that have no HTML yet, or that of other rules.
-- endpoint: flask courses render, flask seed demo, flask seed load, job render_texts
-- param:    after_id bigint, the last id of the batch before, or 0
-- param:    html_version smallint, of the rules as they are now
-- param:    limit bigint, how many
-- returns:  id and body, in ascending order of ids
-- index:    none
-- budget:   100 ms p95, warm, 20 k lessons
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    id,
    body
from lessons
where
    id > :after_id
    and html_version <> :html_version
    -- No text has no HTML, by any rules.
    and (body <> '' or body_html <> '')
order by id
limit :limit;
