-- depends: 0024_video
-- The numbers for instructors, counted every now and then (sql/statistics/refresh_course.sql), so
-- that looking at them reads a few rows of these tables and none of lesson_progress.

-- A row without as_of is a course that nobody has counted yet. Refreshing locks its row here and
-- nothing of the course itself.
create table course_statistics (
    course_id bigint primary key references courses (id) on delete cascade,
    as_of timestamptz,
    enrolled integer,
    active_7_days integer,
    active_30_days integer,
    completed integer,
    -- Null when nobody has completed it.
    median_seconds_to_complete bigint,
    constraint course_statistics_counted_check check (
        num_nulls(as_of, enrolled, active_7_days, active_30_days, completed) in (0, 5)
        and (as_of is not null or median_seconds_to_complete is null)
    )
);
