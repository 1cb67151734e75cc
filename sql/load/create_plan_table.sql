-- name: create_plan_table()!
-- purpose:  The enrollments to be made and how far each goes; gone with the transaction.
-- endpoint: flask seed load
-- param:    none
-- returns:  nothing
-- index:    none
-- budget:   10 ms, once
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
create temporary table load_plan (
    -- Enrollments whose progress is made together, oldest first.
    batch integer not null,
    user_id bigint not null,
    course_id bigint not null,
    -- Lessons begun, of the course's published ones; all but the last of them are completed.
    lessons integer not null,
    is_whole boolean not null,
    -- The number of a lesson that was begun and left, or null.
    skipped integer,
    enrolled_at timestamptz not null,
    last_watched_at timestamptz not null,
    -- From one lesson to the next.
    step interval not null
) on commit drop;
