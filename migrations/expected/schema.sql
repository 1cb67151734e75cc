-- What the migrations build, as pg_dump 18 writes it, without the migration tool's own tables.
-- Made by `make schema`; a test compares. Never run, never edited.

CREATE FUNCTION public.fold_for_search(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(lower(NORMALIZE(value)), 'ąćęłńóśźżàáâãäåçèéêëìíîïñòôõöøùúûüýÿčďěňřšťůž'::text, 'acelnoszzaaaaaaceeeeiiiinooooouuuuyycdenrstuz'::text);

CREATE TABLE public.achievements (
    id bigint NOT NULL,
    code text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    icon text DEFAULT ''::text NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    metric text NOT NULL,
    threshold bigint NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT achievements_code_check CHECK (((code ~ '^[a-z0-9]+(_[a-z0-9]+)*$'::text) AND (length(code) <= 60))),
    CONSTRAINT achievements_description_check CHECK ((length(description) <= 2000)),
    CONSTRAINT achievements_icon_check CHECK ((length(icon) <= 200)),
    CONSTRAINT achievements_points_check CHECK ((points >= 0)),
    CONSTRAINT achievements_threshold_check CHECK ((threshold > 0)),
    CONSTRAINT achievements_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

ALTER TABLE public.achievements ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.achievements_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.audit_log (
    id bigint NOT NULL,
    actor_id bigint,
    action text NOT NULL,
    target_type text NOT NULL,
    target_id bigint,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.audit_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cache_drops (
    id bigint NOT NULL,
    key text NOT NULL,
    CONSTRAINT cache_drops_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200)))
)
WITH (autovacuum_vacuum_threshold='500', autovacuum_vacuum_scale_factor='0');

ALTER TABLE public.cache_drops ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.cache_drops_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cache_server (
    is_only boolean DEFAULT true NOT NULL,
    run_id text NOT NULL,
    CONSTRAINT cache_server_is_only_check CHECK (is_only)
);

CREATE TABLE public.certificates (
    user_id bigint NOT NULL,
    id bigint NOT NULL,
    course_id bigint NOT NULL,
    code text NOT NULL,
    learner_name text NOT NULL,
    course_title text NOT NULL,
    language text NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    replaced_at timestamp with time zone,
    revoked_at timestamp with time zone,
    revoked_reason text,
    CONSTRAINT certificates_code_check CHECK ((code ~ '^[A-Za-z0-9_-]{22}$'::text)),
    CONSTRAINT certificates_revoked_check CHECK (((revoked_at IS NULL) = (revoked_reason IS NULL)))
);

ALTER TABLE public.certificates ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.certificates_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.course_instructors (
    course_id bigint NOT NULL,
    user_id bigint NOT NULL,
    is_lead boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.courses (
    id bigint NOT NULL,
    slug text NOT NULL,
    title text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    completion_threshold smallint DEFAULT 95 NOT NULL,
    completion_points integer DEFAULT 50 NOT NULL,
    published_at timestamp with time zone,
    archived_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    search_text text GENERATED ALWAYS AS (public.fold_for_search(((title || ' '::text) || description))) STORED NOT NULL,
    CONSTRAINT courses_archived_is_unpublished_check CHECK (((archived_at IS NULL) OR (published_at IS NULL))),
    CONSTRAINT courses_completion_points_check CHECK ((completion_points >= 0)),
    CONSTRAINT courses_completion_threshold_check CHECK (((completion_threshold >= 1) AND (completion_threshold <= 100))),
    CONSTRAINT courses_description_check CHECK ((length(description) <= 20000)),
    CONSTRAINT courses_language_check CHECK ((language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text)),
    CONSTRAINT courses_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (slug !~ '^[0-9]+$'::text) AND (length(slug) <= 120))),
    CONSTRAINT courses_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

ALTER TABLE public.courses ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.courses_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.enrollments (
    user_id bigint NOT NULL,
    course_id bigint NOT NULL,
    id bigint NOT NULL,
    enrolled_at timestamp with time zone DEFAULT now() NOT NULL,
    completed_at timestamp with time zone
)
WITH (fillfactor='90');

ALTER TABLE public.enrollments ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.enrollments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.leaderboard_entries (
    user_id bigint NOT NULL,
    course_id bigint,
    board_id bigint GENERATED ALWAYS AS (COALESCE(course_id, (0)::bigint)) STORED NOT NULL,
    period text NOT NULL,
    starts_on date NOT NULL,
    points bigint NOT NULL,
    CONSTRAINT leaderboard_entries_period_check CHECK ((((period = 'all'::text) AND (starts_on = '-infinity'::date)) OR ((period = 'month'::text) AND (EXTRACT(day FROM starts_on) = (1)::numeric)) OR ((period = 'week'::text) AND (EXTRACT(isodow FROM starts_on) = (1)::numeric))))
);

CREATE TABLE public.lesson_progress (
    user_id bigint NOT NULL,
    lesson_id bigint NOT NULL,
    watched_seconds integer DEFAULT 0 NOT NULL,
    last_position_seconds integer DEFAULT 0 NOT NULL,
    completion_percentage smallint DEFAULT 0 NOT NULL,
    is_completed boolean DEFAULT false NOT NULL,
    completed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL,
    throttle_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT lesson_progress_completed_check CHECK ((is_completed = (completed_at IS NOT NULL))),
    CONSTRAINT lesson_progress_completion_percentage_check CHECK (((completion_percentage >= 0) AND (completion_percentage <= 100))),
    CONSTRAINT lesson_progress_last_position_seconds_check CHECK ((last_position_seconds >= 0)),
    CONSTRAINT lesson_progress_watched_seconds_check CHECK ((watched_seconds >= 0))
)
WITH (fillfactor='75', autovacuum_vacuum_scale_factor='0.02', autovacuum_analyze_scale_factor='0.02');

CREATE TABLE public.lessons (
    id bigint NOT NULL,
    module_id bigint NOT NULL,
    title text NOT NULL,
    "position" integer NOT NULL,
    kind text DEFAULT 'video'::text NOT NULL,
    body text DEFAULT ''::text NOT NULL,
    duration_seconds integer,
    mux_playback_id text,
    is_preview boolean DEFAULT false NOT NULL,
    points integer DEFAULT 10 NOT NULL,
    published_at timestamp with time zone,
    archived_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT lessons_archived_is_unpublished_check CHECK (((archived_at IS NULL) OR (published_at IS NULL))),
    CONSTRAINT lessons_body_check CHECK ((length(body) <= 100000)),
    CONSTRAINT lessons_duration_seconds_check CHECK ((duration_seconds > 0)),
    CONSTRAINT lessons_kind_check CHECK ((kind = ANY (ARRAY['video'::text, 'text'::text]))),
    CONSTRAINT lessons_mux_playback_id_check CHECK ((mux_playback_id ~ '^[A-Za-z0-9]{1,255}$'::text)),
    CONSTRAINT lessons_points_check CHECK ((points >= 0)),
    CONSTRAINT lessons_position_check CHECK (("position" > 0)),
    CONSTRAINT lessons_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

ALTER TABLE public.lessons ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.lessons_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.levels (
    level integer NOT NULL,
    min_points integer NOT NULL,
    CONSTRAINT levels_first_check CHECK (((level = 1) = (min_points = 0))),
    CONSTRAINT levels_level_check CHECK (((level > 0) AND (min_points >= 0)))
);

CREATE TABLE public.login_failures (
    email_hash bytea NOT NULL,
    failed_at timestamp with time zone[] NOT NULL,
    last_failed_at timestamp with time zone NOT NULL,
    CONSTRAINT login_failures_failed_at_check CHECK (((cardinality(failed_at) >= 1) AND (cardinality(failed_at) <= 10)))
)
WITH (fillfactor='80');

CREATE TABLE public.modules (
    id bigint NOT NULL,
    course_id bigint NOT NULL,
    title text NOT NULL,
    "position" integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT modules_position_check CHECK (("position" > 0)),
    CONSTRAINT modules_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

ALTER TABLE public.modules ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.modules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.one_time_tokens (
    user_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    purpose text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT one_time_tokens_purpose_check CHECK ((purpose = ANY (ARRAY['email_verification'::text, 'password_reset'::text]))),
    CONSTRAINT one_time_tokens_token_hash_check CHECK ((length(token_hash) = 32))
);

CREATE TABLE public.past_enrollments (
    user_id bigint NOT NULL,
    course_id bigint NOT NULL,
    enrolled_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.points_history (
    user_id bigint NOT NULL,
    id bigint NOT NULL,
    points integer NOT NULL,
    reason text NOT NULL,
    source_id bigint NOT NULL,
    note text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT points_history_correction_check CHECK (((reason = 'correction'::text) = (note IS NOT NULL))),
    CONSTRAINT points_history_points_check CHECK (((points >= 0) OR (reason = 'correction'::text))),
    CONSTRAINT points_history_reason_check CHECK ((reason = ANY (ARRAY['lesson_completed'::text, 'course_completed'::text, 'achievement_unlocked'::text, 'correction'::text])))
);

ALTER TABLE public.points_history ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.points_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.sessions (
    user_id bigint NOT NULL,
    id bigint NOT NULL,
    refresh_generation integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    refreshed_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_reason text,
    CONSTRAINT sessions_refresh_generation_check CHECK ((refresh_generation > 0)),
    CONSTRAINT sessions_revoked_check CHECK (((revoked_at IS NULL) = (revoked_reason IS NULL))),
    CONSTRAINT sessions_revoked_reason_check CHECK ((revoked_reason = ANY (ARRAY['logout'::text, 'password_change'::text, 'deactivation'::text, 'refresh_reuse'::text])))
)
WITH (fillfactor='90');

ALTER TABLE public.sessions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.sessions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.user_achievements (
    user_id bigint NOT NULL,
    achievement_id bigint NOT NULL,
    id bigint NOT NULL,
    unlocked_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.user_achievements ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.user_achievements_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.user_activity_days (
    user_id bigint NOT NULL,
    day date NOT NULL,
    is_frozen boolean DEFAULT false NOT NULL
);

CREATE TABLE public.user_points (
    user_id bigint NOT NULL,
    total_points integer DEFAULT 0 NOT NULL,
    level integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_points_level_check CHECK ((level > 0)),
    CONSTRAINT user_points_total_points_check CHECK ((total_points >= 0))
)
WITH (fillfactor='80');

CREATE TABLE public.user_streaks (
    user_id bigint NOT NULL,
    current_streak integer DEFAULT 0 NOT NULL,
    longest_streak integer DEFAULT 0 NOT NULL,
    last_active_on date,
    freezes smallint DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_streaks_current_streak_check CHECK ((current_streak >= 0)),
    CONSTRAINT user_streaks_freezes_check CHECK ((freezes >= 0)),
    CONSTRAINT user_streaks_freezes_limit_check CHECK ((freezes <= 2)),
    CONSTRAINT user_streaks_longest_streak_check CHECK ((longest_streak >= current_streak))
)
WITH (fillfactor='80');

CREATE TABLE public.users (
    id bigint NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    full_name text NOT NULL,
    role text DEFAULT 'learner'::text NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    timezone text DEFAULT 'UTC'::text NOT NULL,
    leaderboard_opt_in boolean DEFAULT false NOT NULL,
    email_verified_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deactivated_at timestamp with time zone,
    deleted_at timestamp with time zone,
    CONSTRAINT users_deleted_is_deactivated_check CHECK (((deleted_at IS NULL) OR (deactivated_at IS NOT NULL))),
    CONSTRAINT users_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)))),
    CONSTRAINT users_full_name_check CHECK (((length(full_name) >= 1) AND (length(full_name) <= 200))),
    CONSTRAINT users_locale_check CHECK ((locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text)),
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['learner'::text, 'instructor'::text, 'admin'::text]))),
    CONSTRAINT users_timezone_check CHECK ((('2000-01-01 00:00:00+00'::timestamp with time zone AT TIME ZONE timezone) IS NOT NULL))
);

ALTER TABLE public.users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.achievements
    ADD CONSTRAINT achievements_code_key UNIQUE (code);

ALTER TABLE ONLY public.achievements
    ADD CONSTRAINT achievements_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cache_drops
    ADD CONSTRAINT cache_drops_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cache_server
    ADD CONSTRAINT cache_server_pkey PRIMARY KEY (is_only);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.course_instructors
    ADD CONSTRAINT course_instructors_pkey PRIMARY KEY (course_id, user_id);

ALTER TABLE ONLY public.courses
    ADD CONSTRAINT courses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.courses
    ADD CONSTRAINT courses_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.enrollments
    ADD CONSTRAINT idx_enrollments_user_course PRIMARY KEY (user_id, course_id);

ALTER TABLE ONLY public.lesson_progress
    ADD CONSTRAINT idx_lesson_progress_user_lesson PRIMARY KEY (user_id, lesson_id);

ALTER TABLE ONLY public.lessons
    ADD CONSTRAINT idx_lessons_module_id_position UNIQUE (module_id, "position") DEFERRABLE;

ALTER TABLE ONLY public.modules
    ADD CONSTRAINT idx_modules_course_id_position UNIQUE (course_id, "position") DEFERRABLE;

ALTER TABLE ONLY public.points_history
    ADD CONSTRAINT idx_points_history_user_reason_source UNIQUE (user_id, reason, source_id);

ALTER TABLE ONLY public.user_achievements
    ADD CONSTRAINT idx_user_achievements_user_achievement PRIMARY KEY (user_id, achievement_id);

ALTER TABLE ONLY public.leaderboard_entries
    ADD CONSTRAINT leaderboard_entries_pkey PRIMARY KEY (user_id, board_id, period);

ALTER TABLE ONLY public.lessons
    ADD CONSTRAINT lessons_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.levels
    ADD CONSTRAINT levels_min_points_key UNIQUE (min_points);

ALTER TABLE ONLY public.levels
    ADD CONSTRAINT levels_pkey PRIMARY KEY (level);

ALTER TABLE ONLY public.login_failures
    ADD CONSTRAINT login_failures_pkey PRIMARY KEY (email_hash);

ALTER TABLE ONLY public.modules
    ADD CONSTRAINT modules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.one_time_tokens
    ADD CONSTRAINT one_time_tokens_pkey PRIMARY KEY (user_id, token_hash);

ALTER TABLE ONLY public.past_enrollments
    ADD CONSTRAINT past_enrollments_pkey PRIMARY KEY (user_id, course_id);

ALTER TABLE ONLY public.points_history
    ADD CONSTRAINT points_history_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.user_activity_days
    ADD CONSTRAINT user_activity_days_pkey PRIMARY KEY (user_id, day);

ALTER TABLE ONLY public.user_points
    ADD CONSTRAINT user_points_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.user_streaks
    ADD CONSTRAINT user_streaks_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

CREATE INDEX idx_certificates_code ON public.certificates USING btree (code);

CREATE INDEX idx_certificates_course_id ON public.certificates USING btree (course_id);

CREATE UNIQUE INDEX idx_certificates_user_course ON public.certificates USING btree (user_id, course_id) WHERE (replaced_at IS NULL);

CREATE UNIQUE INDEX idx_course_instructors_lead ON public.course_instructors USING btree (course_id) WHERE is_lead;

CREATE INDEX idx_course_instructors_user_id ON public.course_instructors USING btree (user_id);

CREATE INDEX idx_courses_published_at_id ON public.courses USING btree (published_at DESC, id DESC) WHERE (published_at IS NOT NULL);

CREATE INDEX idx_enrollments_course_id ON public.enrollments USING btree (course_id);

CREATE INDEX idx_enrollments_user_id ON public.enrollments USING btree (user_id);

CREATE INDEX idx_leaderboard_entries_course_id ON public.leaderboard_entries USING btree (course_id);

CREATE INDEX idx_leaderboard_entries_place ON public.leaderboard_entries USING btree (board_id, period, starts_on, points DESC, user_id);

CREATE INDEX idx_lesson_progress_lesson_id ON public.lesson_progress USING btree (lesson_id);

CREATE INDEX idx_lesson_progress_user_id ON public.lesson_progress USING btree (user_id);

CREATE INDEX idx_lessons_module_id ON public.lessons USING btree (module_id);

CREATE INDEX idx_lessons_mux_playback_id ON public.lessons USING btree (mux_playback_id);

CREATE INDEX idx_login_failures_last_failed_at ON public.login_failures USING btree (last_failed_at);

CREATE INDEX idx_past_enrollments_course_id ON public.past_enrollments USING btree (course_id);

CREATE INDEX idx_points_history_created_at ON public.points_history USING btree (created_at DESC);

CREATE INDEX idx_points_history_user_id ON public.points_history USING btree (user_id);

CREATE INDEX idx_user_achievements_achievement_id_user_id ON public.user_achievements USING btree (achievement_id, user_id);

CREATE INDEX idx_user_achievements_user_id ON public.user_achievements USING btree (user_id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.course_instructors
    ADD CONSTRAINT course_instructors_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.course_instructors
    ADD CONSTRAINT course_instructors_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.enrollments
    ADD CONSTRAINT enrollments_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.enrollments
    ADD CONSTRAINT enrollments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.leaderboard_entries
    ADD CONSTRAINT leaderboard_entries_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.leaderboard_entries
    ADD CONSTRAINT leaderboard_entries_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.lesson_progress
    ADD CONSTRAINT lesson_progress_lesson_id_fkey FOREIGN KEY (lesson_id) REFERENCES public.lessons(id);

ALTER TABLE ONLY public.lesson_progress
    ADD CONSTRAINT lesson_progress_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.lessons
    ADD CONSTRAINT lessons_module_id_fkey FOREIGN KEY (module_id) REFERENCES public.modules(id);

ALTER TABLE ONLY public.modules
    ADD CONSTRAINT modules_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.one_time_tokens
    ADD CONSTRAINT one_time_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.past_enrollments
    ADD CONSTRAINT past_enrollments_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.past_enrollments
    ADD CONSTRAINT past_enrollments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.points_history
    ADD CONSTRAINT points_history_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.user_achievements
    ADD CONSTRAINT user_achievements_achievement_id_fkey FOREIGN KEY (achievement_id) REFERENCES public.achievements(id);

ALTER TABLE ONLY public.user_achievements
    ADD CONSTRAINT user_achievements_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.user_activity_days
    ADD CONSTRAINT user_activity_days_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.user_points
    ADD CONSTRAINT user_points_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.user_streaks
    ADD CONSTRAINT user_streaks_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

GRANT USAGE ON SCHEMA public TO courseapp_service;
GRANT USAGE ON SCHEMA public TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.achievements TO courseapp_service;
GRANT SELECT ON TABLE public.achievements TO courseapp_readonly;

GRANT SELECT,INSERT ON TABLE public.audit_log TO courseapp_service;
GRANT SELECT ON TABLE public.audit_log TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.cache_drops TO courseapp_service;
GRANT SELECT ON TABLE public.cache_drops TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.cache_server TO courseapp_service;
GRANT SELECT ON TABLE public.cache_server TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.certificates TO courseapp_service;
GRANT SELECT ON TABLE public.certificates TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.course_instructors TO courseapp_service;
GRANT SELECT ON TABLE public.course_instructors TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.courses TO courseapp_service;
GRANT SELECT ON TABLE public.courses TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.enrollments TO courseapp_service;
GRANT SELECT ON TABLE public.enrollments TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leaderboard_entries TO courseapp_service;
GRANT SELECT ON TABLE public.leaderboard_entries TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lesson_progress TO courseapp_service;
GRANT SELECT ON TABLE public.lesson_progress TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lessons TO courseapp_service;
GRANT SELECT ON TABLE public.lessons TO courseapp_readonly;

GRANT SELECT ON TABLE public.levels TO courseapp_service;
GRANT SELECT ON TABLE public.levels TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.login_failures TO courseapp_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.modules TO courseapp_service;
GRANT SELECT ON TABLE public.modules TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.one_time_tokens TO courseapp_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.past_enrollments TO courseapp_service;
GRANT SELECT ON TABLE public.past_enrollments TO courseapp_readonly;

GRANT SELECT,INSERT ON TABLE public.points_history TO courseapp_service;
GRANT SELECT ON TABLE public.points_history TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO courseapp_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_achievements TO courseapp_service;
GRANT SELECT ON TABLE public.user_achievements TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_activity_days TO courseapp_service;
GRANT SELECT ON TABLE public.user_activity_days TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_points TO courseapp_service;
GRANT SELECT ON TABLE public.user_points TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_streaks TO courseapp_service;
GRANT SELECT ON TABLE public.user_streaks TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO courseapp_service;

GRANT SELECT(id) ON TABLE public.users TO courseapp_readonly;

GRANT SELECT(email) ON TABLE public.users TO courseapp_readonly;

GRANT SELECT(full_name) ON TABLE public.users TO courseapp_readonly;

GRANT SELECT(role) ON TABLE public.users TO courseapp_readonly;

GRANT SELECT(locale) ON TABLE public.users TO courseapp_readonly;

GRANT SELECT(timezone) ON TABLE public.users TO courseapp_readonly;

GRANT SELECT(leaderboard_opt_in) ON TABLE public.users TO courseapp_readonly;

GRANT SELECT(email_verified_at) ON TABLE public.users TO courseapp_readonly;

GRANT SELECT(created_at) ON TABLE public.users TO courseapp_readonly;

GRANT SELECT(updated_at) ON TABLE public.users TO courseapp_readonly;

GRANT SELECT(deactivated_at) ON TABLE public.users TO courseapp_readonly;

GRANT SELECT(deleted_at) ON TABLE public.users TO courseapp_readonly;

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO courseapp_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO courseapp_readonly;
