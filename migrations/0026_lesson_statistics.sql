-- depends: 0025_course_statistics
-- Where the lessons of a course lose its learners; counted with it.

create table lesson_statistics (
    lesson_id bigint primary key references lessons (id) on delete cascade,
    began integer not null,
    completed integer not null,
    -- As it was when the stops were counted: an author may cut the video afterwards.
    duration_seconds integer,
    -- How many of those who have not completed the lesson stopped in each twentieth of it.
    stops integer[],
    constraint lesson_statistics_completed_check check (completed between 0 and began),
    constraint lesson_statistics_stops_check check (
        (duration_seconds is null) = (stops is null) and cardinality(stops) = 20
    )
);
