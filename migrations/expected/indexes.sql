-- The indexes that `flask db verify-indexes` holds a database to. Never run:
-- the migrations create them. A primary key under the name below counts too.
-- Predicates are written as PostgreSQL prints them.

-- required by: guide
-- The performance guide's block "Required Indexes", word for word.

-- Lessons
CREATE INDEX idx_lessons_mux_playback_id ON lessons(mux_playback_id);
CREATE INDEX idx_lessons_module_id ON lessons(module_id);

-- Enrollments
CREATE UNIQUE INDEX idx_enrollments_user_course ON enrollments(user_id, course_id);
CREATE INDEX idx_enrollments_user_id ON enrollments(user_id);

-- Lesson Progress
CREATE UNIQUE INDEX idx_lesson_progress_user_lesson ON lesson_progress(user_id, lesson_id);
CREATE INDEX idx_lesson_progress_user_id ON lesson_progress(user_id);

-- User Achievements
CREATE UNIQUE INDEX idx_user_achievements_user_achievement ON user_achievements(user_id, achievement_id);
CREATE INDEX idx_user_achievements_user_id ON user_achievements(user_id);

-- Points History
CREATE INDEX idx_points_history_user_id ON points_history(user_id);
CREATE INDEX idx_points_history_created_at ON points_history(created_at DESC);

-- required by: project
-- Natural keys, and what the statements of sql/ and foreign keys rely on:
-- every index of the schema but the primary keys called <table>_pkey.

-- Accounts
create unique index users_email_key on users (email);
create index idx_login_failures_last_failed_at on login_failures (last_failed_at);
create index idx_one_time_tokens_expires_at on one_time_tokens (expires_at);

-- Catalogue
create unique index courses_slug_key on courses (slug);
create index idx_courses_published_at_id on courses (published_at desc, id desc)
where (published_at is not null);
create index idx_course_instructors_user_id on course_instructors (user_id);
create unique index idx_course_instructors_lead on course_instructors (course_id) where is_lead;
create unique index idx_modules_course_id_position on modules (course_id, position);
create unique index idx_lessons_module_id_position on lessons (module_id, position);

-- Learning
create index idx_enrollments_course_id_id on enrollments (course_id, id);
create index idx_lesson_progress_lesson_id on lesson_progress (lesson_id);
create index idx_past_enrollments_course_id on past_enrollments (course_id);

-- Gamification
create unique index levels_min_points_key on levels (min_points);
create unique index idx_points_history_user_reason_source
on points_history (user_id, reason, source_id);
create unique index achievements_code_key on achievements (code);
create index idx_user_achievements_achievement_id_user_id
on user_achievements (achievement_id, user_id);
create index idx_leaderboard_entries_place
on leaderboard_entries (board_id, period, starts_on, points desc, user_id);
create index idx_leaderboard_entries_course_id on leaderboard_entries (course_id);

-- Certificates
create unique index idx_certificates_user_course on certificates (user_id, course_id)
where (replaced_at is null);
create index idx_certificates_code on certificates (code);
create index idx_certificates_id on certificates (id);
create index idx_certificates_waiting on certificates (id)
where ((rendered_at is null) and (failed_at is null));
create index idx_certificates_course_id on certificates (course_id);

-- Authoring
create index idx_idempotency_keys_created_at on idempotency_keys (created_at);
create index idx_audit_log_target_type_target_id_id on audit_log (target_type, target_id, id);
create index idx_audit_log_actor_id_id on audit_log (actor_id, id);
create index idx_audit_log_action_id on audit_log (action, id);

-- Video
create unique index video_uploads_mux_upload_id_key on video_uploads (mux_upload_id);
create unique index idx_video_uploads_waiting on video_uploads (lesson_id)
where (status = 'waiting'::text);
create index idx_video_uploads_lesson_id_id on video_uploads (lesson_id, id);
create index idx_mux_events_created_at on mux_events (created_at);
