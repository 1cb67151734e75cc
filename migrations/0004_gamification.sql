-- depends: 0003_learning
-- Points, levels, streaks and achievements.

-- A DBA may edit the thresholds; level 1 always begins at 0.
create table levels (
    level integer primary key,
    min_points integer not null,
    constraint levels_min_points_key unique (min_points),
    constraint levels_level_check check (level > 0 and min_points >= 0),
    constraint levels_first_check check ((level = 1) = (min_points = 0))
);

insert into levels (level, min_points) values
(1, 0), (2, 100), (3, 250), (4, 500), (5, 900),
(6, 1500), (7, 2400), (8, 3700), (9, 5500), (10, 8000),
(11, 11000), (12, 15000), (13, 20000), (14, 26000), (15, 33000);

-- Made at registration. Its row lock is the mutex of a learner's completions.
create table user_points (
    user_id bigint primary key references users (id),
    total_points integer not null default 0,
    level integer not null default 1,
    updated_at timestamptz not null default now(),
    constraint user_points_total_points_check check (total_points >= 0),
    constraint user_points_level_check check (level > 0)
) with (fillfactor = 80);

-- The ledger: append only, and the source of user_points.total_points.
create table points_history (
    user_id bigint not null references users (id),
    id bigint generated always as identity,
    points integer not null,
    reason text not null,
    -- The lesson, course, achievement or audit-log entry that gave the points.
    source_id bigint not null,
    note text,
    created_at timestamptz not null default now(),
    constraint points_history_pkey primary key (user_id, id),
    constraint idx_points_history_user_reason_source unique (user_id, reason, source_id),
    constraint points_history_reason_check check (
        reason in ('lesson_completed', 'course_completed', 'achievement_unlocked', 'correction')
    ),
    constraint points_history_correction_check check ((reason = 'correction') = (note is not null)),
    constraint points_history_points_check check (points >= 0 or reason = 'correction')
);

-- Required by the performance guide; points_history_pkey covers it.
create index idx_points_history_user_id on points_history (user_id);
create index idx_points_history_created_at on points_history (created_at desc);

create table user_streaks (
    user_id bigint primary key references users (id),
    current_streak integer not null default 0,
    longest_streak integer not null default 0,
    last_active_on date,
    freezes smallint not null default 0,
    updated_at timestamptz not null default now(),
    constraint user_streaks_current_streak_check check (current_streak >= 0),
    constraint user_streaks_longest_streak_check check (longest_streak >= current_streak),
    constraint user_streaks_freezes_check check (freezes >= 0)
) with (fillfactor = 80);

-- The learner's local days on which a lesson was completed.
create table user_activity_days (
    user_id bigint not null references users (id),
    day date not null,
    constraint user_activity_days_pkey primary key (user_id, day)
);

create table achievements (
    id bigint generated always as identity primary key,
    code text not null,
    title text not null,
    description text not null,
    icon text not null default '',
    points integer not null default 0,
    metric text not null,
    threshold bigint not null,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint achievements_code_key unique (code),
    constraint achievements_code_check
    check (code ~ '^[a-z0-9]+(_[a-z0-9]+)*$' and length(code) <= 60),
    constraint achievements_title_check check (length(title) between 1 and 200),
    constraint achievements_description_check check (length(description) <= 2000),
    constraint achievements_points_check check (points >= 0),
    constraint achievements_threshold_check check (threshold > 0)
);

create table user_achievements (
    user_id bigint not null references users (id),
    achievement_id bigint not null references achievements (id),
    id bigint generated always as identity,
    unlocked_at timestamptz not null default now(),
    constraint idx_user_achievements_user_achievement primary key (user_id, achievement_id)
);

-- Required by the performance guide; idx_user_achievements_user_achievement covers it.
create index idx_user_achievements_user_id on user_achievements (user_id);
