"""Rows to upgrade: what somebody may have in a database of each version.

A migration that makes tables gets an entry here. It runs right after that migration, so it is
written for the schema of that version and never changes, like the migration itself.
"""

ROWS = {
    "0001_accounts": """
        insert into users (email, password_hash, full_name, role, locale, timezone)
        values
        ('ada@example.com', 'hash', 'Ada Nowak', 'learner', 'pl', 'Europe/Warsaw'),
        ('grace@example.com', 'hash', 'Grace Hopper', 'instructor', 'en', 'America/New_York'),
        ('root@example.com', 'hash', 'Root', 'admin', 'en', 'UTC');
        insert into users (email, password_hash, full_name, deactivated_at, deleted_at)
        values ('deleted-4@example.com', '', 'Deleted', now(), now());
        insert into sessions (user_id, expires_at) values (1, now() + interval '30 days');
        insert into sessions (user_id, expires_at, revoked_at, revoked_reason)
        values (1, now(), now(), 'logout'), (4, now(), now(), 'deactivation');
        insert into one_time_tokens (user_id, token_hash, purpose, expires_at)
        values (1, sha256('token'), 'password_reset', now() + interval '1 hour');
        insert into login_failures (email_hash, failed_at, last_failed_at)
        values (sha256('nobody@example.com'), array[now() - interval '1 minute', now()], now());
        insert into audit_log (actor_id, action, target_type, target_id, details)
        values (3, 'user_deactivated', 'user', 4, '{"reason": "asked"}'),
        (null, 'user_created', 'user', 3, '{"role": "admin"}');
    """,
    "0002_catalogue": """
        insert into courses (slug, title, description, language, published_at)
        values ('zolw', 'Żółw i SQL', 'Ćwiczenia', 'pl', now()), ('draft', 'Draft', '', 'en', null);
        insert into course_instructors (course_id, user_id, is_lead) values (1, 2, true);
        insert into modules (course_id, title, position) values (1, 'One', 1), (1, 'Two', 2);
        insert into lessons (module_id, title, position, duration_seconds, mux_playback_id,
                             is_preview, published_at)
        values
        (1, 'Hello', 1, 300, 'abc123', true, now()), (1, 'Again', 2, 600, null, false, now());
        insert into lessons (module_id, title, position, kind, body)
        values (2, 'Read', 1, 'text', 'x');
    """,
    "0003_learning": """
        insert into enrollments (user_id, course_id, completed_at)
        values (1, 1, now()), (2, 1, null);
        insert into lesson_progress (user_id, lesson_id, watched_seconds, last_position_seconds,
                                     completion_percentage, is_completed, completed_at)
        values (1, 1, 300, 300, 100, true, now()), (2, 1, 60, 60, 20, false, null);
    """,
    "0004_gamification": """
        insert into user_points (user_id, total_points, level) values (1, 62, 1), (2, 0, 1);
        insert into points_history (user_id, points, reason, source_id, note)
        values (1, 10, 'lesson_completed', 1, null), (1, 50, 'course_completed', 1, null),
        (1, 5, 'achievement_unlocked', 1, null), (1, -3, 'correction', 1, 'counted twice');
        insert into user_streaks (user_id, current_streak, longest_streak, last_active_on, freezes)
        values (1, 2, 9, current_date, 1);
        insert into user_activity_days (user_id, day)
        values (1, current_date), (1, current_date - 1);
        insert into achievements (code, title, description, points, metric, threshold)
        values ('first_lesson', 'First lesson', 'Finish one', 5, 'lessons_completed', 1);
        insert into user_achievements (user_id, achievement_id) values (1, 1);
    """,
    "0005_certificates": """
        insert into certificates (user_id, course_id, code, learner_name, course_title, language,
                                  replaced_at)
        values (1, 1, 'AAAAAAAAAAAAAAAAAAAAAA', 'Ada N.', 'Żółw i SQL', 'pl', now()),
        (1, 1, 'BBBBBBBBBBBBBBBBBBBBBB', 'Ada Nowak', 'Żółw i SQL', 'pl', null);
    """,
    "0009_past_enrollments": """
        insert into past_enrollments (user_id, course_id, enrolled_at)
        values (2, 2, now() - interval '9 days');
    """,
    "0010_leaderboard": """
        insert into leaderboard_entries (user_id, course_id, period, starts_on, points)
        values (1, null, 'all', '-infinity', 62), (1, 1, 'all', '-infinity', 60),
        (1, null, 'week', '2026-11-23', 62), (1, 1, 'month', '2026-11-01', 60);
    """,
    "0014_cache_drops": """
        insert into cache_drops (key) values ('gamification:1');
        insert into cache_server (run_id) values ('0123456789abcdef');
    """,
    "0015_jobs": """
        insert into procrastinate_workers default values;
        insert into procrastinate_jobs (queue_name, task_name, args, status, worker_id)
        values ('default', 'settle_course', '{"course_id": 1}', 'todo', null),
        ('default', 'settle_course', '{"course_id": 2}', 'doing', 1);
        insert into procrastinate_periodic_defers (task_name, defer_timestamp, job_id)
        values ('retry_stalled', 1, 1);
    """,
    "0016_idempotency_keys": """
        insert into idempotency_keys (user_id, key, request_hash, status, headers, body)
        values (2, 'one', sha256('request'), 201, '{"Location": "/api/v1/courses/1"}', '{}');
    """,
    "0019_module_version": """
        update modules set archived_at = now(), version = 2 where id = 2;
    """,
    "0024_video": """
        insert into video_uploads (lesson_id, mux_upload_id, mux_asset_id, status, message,
                                   expires_at)
        values (2, 'upload1', null, 'failed', 'The file is no video', now()),
        (2, 'upload2', 'asset2', 'ready', null, now()),
        (2, 'upload3', null, 'waiting', null, now() + interval '1 day');
        insert into mux_events (id, type)
        values ('0f8a9f25-7c1b-4bf0-bf2c-47d8a2083b17', 'video.asset.ready');
    """,
    "0025_course_statistics": """
        insert into course_statistics (course_id, as_of, enrolled, active_7_days, active_30_days,
                                       completed, median_seconds_to_complete)
        values (1, now(), 2, 1, 2, 1, 86400), (2, null, null, null, null, null, null);
    """,
    "0026_lesson_statistics": """
        insert into lesson_statistics (lesson_id, began, completed, duration_seconds, stops)
        values (1, 2, 1, 300, array_fill(0, array[20])), (3, 1, 1, null, null);
    """,
    "0028_certificate_texts": """
        update certificates set completed_on = '2026-03-01', signatory_name = 'Grace Hopper'
        where code = 'BBBBBBBBBBBBBBBBBBBBBB';
    """,
    "0030_certificate_files": """
        insert into certificate_files (user_id, certificate_id, pdf, pdf_sha256, credential)
        select user_id, id, 'pdf', sha256('pdf'), '{}' from certificates;
        insert into credential_status_lists (id, credential) values (0, '{}');
    """,
}
