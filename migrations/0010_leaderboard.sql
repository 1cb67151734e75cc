-- depends: 0009_past_enrollments
-- The points of those who opted in, added up for each board and period: who did not opt in has no
-- row. A ledger of 10 M rows is never summed up to show who leads.
create table leaderboard_entries (
    user_id bigint not null references users (id),
    -- Null is the board of all courses together.
    course_id bigint references courses (id),
    -- A key cannot have nulls.
    board_id bigint not null generated always as (coalesce(course_id, 0)) stored,
    period text not null,
    -- The first day of the period, in UTC. A row of an earlier week or month is nobody's place any
    -- more; the next points of its learner take it over, so nothing has to be purged.
    starts_on date not null,
    points bigint not null,
    constraint leaderboard_entries_pkey primary key (user_id, board_id, period),
    constraint leaderboard_entries_period_check check (
        (period = 'all' and starts_on = '-infinity')
        or (period = 'month' and extract(day from starts_on) = 1)
        or (period = 'week' and extract(isodow from starts_on) = 1)
    )
);

-- The best of a board, in order.
create index idx_leaderboard_entries_place
on leaderboard_entries (board_id, period, starts_on, points desc, user_id);
-- Deleting a course would scan the table without it.
create index idx_leaderboard_entries_course_id on leaderboard_entries (course_id);
