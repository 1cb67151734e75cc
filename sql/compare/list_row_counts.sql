-- name: list_row_counts()
-- purpose:  How many rows each table has, counted one by one.
-- endpoint: make perf-compare
-- param:    none
-- returns:  rows of table_name text, number bigint
-- index:    none
-- budget:   30 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
-- Not the cache's own tables and the jobs'.
select
    table_name,
    number
from (
    values
    ('achievements', (select count(*) from achievements)),
    ('audit_log', (select count(*) from audit_log)),
    ('certificate_files', (select count(*) from certificate_files)),
    ('certificates', (select count(*) from certificates)),
    ('course_instructors', (select count(*) from course_instructors)),
    ('course_statistics', (select count(*) from course_statistics)),
    ('courses', (select count(*) from courses)),
    ('credential_status_lists', (select count(*) from credential_status_lists)),
    ('enrollments', (select count(*) from enrollments)),
    ('idempotency_keys', (select count(*) from idempotency_keys)),
    ('leaderboard_entries', (select count(*) from leaderboard_entries)),
    ('lesson_progress', (select count(*) from lesson_progress)),
    ('lesson_statistics', (select count(*) from lesson_statistics)),
    ('lessons', (select count(*) from lessons)),
    ('levels', (select count(*) from levels)),
    ('login_failures', (select count(*) from login_failures)),
    ('modules', (select count(*) from modules)),
    ('mux_events', (select count(*) from mux_events)),
    ('one_time_tokens', (select count(*) from one_time_tokens)),
    ('past_enrollments', (select count(*) from past_enrollments)),
    ('points_history', (select count(*) from points_history)),
    ('sessions', (select count(*) from sessions)),
    ('user_achievements', (select count(*) from user_achievements)),
    ('user_activity_days', (select count(*) from user_activity_days)),
    ('user_points', (select count(*) from user_points)),
    ('user_streaks', (select count(*) from user_streaks)),
    ('users', (select count(*) from users)),
    ('video_uploads', (select count(*) from video_uploads))
) as counted (table_name, number)
order by table_name;
