-- name: vacuum()!
-- purpose:  Statistics and visibility as on a database that has been in use for long.
-- endpoint: flask seed load
-- param:    none
-- returns:  nothing
-- index:    none
-- budget:   60 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    no row
-- scope:    none
vacuum (analyze) lesson_progress, points_history, enrollments, user_activity_days, user_points,
user_streaks, sessions, users, login_failures, courses, modules, lessons, course_instructors,
levels, achievements, user_achievements, past_enrollments, leaderboard_entries, certificates,
certificate_files, one_time_tokens, audit_log, course_statistics, lesson_statistics, video_uploads,
mux_events;
