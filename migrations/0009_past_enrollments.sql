-- depends: 0008_validate_streak_freezes
-- Leaving a course deletes the enrollment and keeps the progress. This is what explains the
-- progress afterwards, and why a learner who leaves does not lose "enrolled in five courses".
create table past_enrollments (
    user_id bigint not null references users (id),
    course_id bigint not null references courses (id),
    enrolled_at timestamptz not null,
    left_at timestamptz not null default now(),
    -- The last time only: coming and going adds no rows.
    constraint past_enrollments_pkey primary key (user_id, course_id)
);

create index idx_past_enrollments_course_id on past_enrollments (course_id);
