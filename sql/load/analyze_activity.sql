-- name: analyze_activity()!
-- purpose:  Let the planner know what was watched and earned, before achievements are looked for.
-- endpoint: flask seed load
-- param:    none
-- returns:  nothing
-- index:    none
-- budget:   10 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    no row
-- scope:    none
analyze lesson_progress, points_history, enrollments, user_activity_days, user_points,
user_streaks;
