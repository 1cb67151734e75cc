-- depends: 0002_catalogue
-- Who is enrolled, and how far they are. Distributed by user_id on Citus: the
-- guide's unique indexes are the primary keys, and no other key is unique.

create table enrollments (
    user_id bigint not null references users (id),
    course_id bigint not null references courses (id),
    id bigint generated always as identity,
    enrolled_at timestamptz not null default now(),
    completed_at timestamptz,
    constraint idx_enrollments_user_course primary key (user_id, course_id)
) with (fillfactor = 90);

-- Required by the performance guide; idx_enrollments_user_course covers it.
create index idx_enrollments_user_id on enrollments (user_id);
-- Deleting a course and counting its learners would scan the table without it.
create index idx_enrollments_course_id on enrollments (course_id);

create table lesson_progress (
    user_id bigint not null references users (id),
    lesson_id bigint not null references lessons (id),
    watched_seconds integer not null default 0,
    last_position_seconds integer not null default 0,
    completion_percentage smallint not null default 0,
    is_completed boolean not null default false,
    completed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    -- The client's clock of the newest update, never later than the server's.
    sent_at timestamptz not null default now(),
    -- Leaky bucket: the moment at which the bucket will be empty again.
    throttle_at timestamptz not null default now(),
    constraint idx_lesson_progress_user_lesson primary key (user_id, lesson_id),
    constraint lesson_progress_watched_seconds_check check (watched_seconds >= 0),
    constraint lesson_progress_last_position_seconds_check check (last_position_seconds >= 0),
    constraint lesson_progress_completion_percentage_check
    check (completion_percentage between 0 and 100),
    constraint lesson_progress_completed_check check (is_completed = (completed_at is not null))
) with (
    -- Room for heap-only updates: a progress update changes no indexed column.
    fillfactor = 75,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02
);

-- Required by the performance guide; idx_lesson_progress_user_lesson covers it.
create index idx_lesson_progress_user_id on lesson_progress (user_id);
-- Deleting a lesson and the instructor's numbers would scan the table without it.
create index idx_lesson_progress_lesson_id on lesson_progress (lesson_id);
