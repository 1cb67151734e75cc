-- name: drop_required_indexes()!
-- purpose:  Without those of the guide's required indexes that are not unique.
-- endpoint: make perf-compare
-- param:    none
-- returns:  nothing
-- index:    none
-- budget:   1 s, once
-- cache:    none
-- drops:    none
-- locks:    their tables
-- scope:    none
drop index
idx_lessons_mux_playback_id,
idx_lessons_module_id,
idx_enrollments_user_id,
idx_lesson_progress_user_id,
idx_user_achievements_user_id,
idx_points_history_user_id,
idx_points_history_created_at;
