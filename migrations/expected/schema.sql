-- What the migrations build, as pg_dump 18 writes it, without the migration tool's own tables.
-- Made by `make schema`; a test compares. Never run, never edited.

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

CREATE FUNCTION public.fold_for_search(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(lower(NORMALIZE(value)), 'ąćęłńóśźżàáâãäåçèéêëìíîïñòôõöøùúûüýÿčďěňřšťůž'::text, 'acelnoszzaaaaaaceeeeiiiinooooouuuuyycdenrstuz'::text);

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    lock text,
    queueing_lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

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

CREATE TABLE public.certificate_files (
    user_id bigint NOT NULL,
    certificate_id bigint NOT NULL,
    pdf bytea NOT NULL,
    pdf_sha256 bytea NOT NULL,
    credential text,
    rendered_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT certificate_files_pdf_check CHECK (((length(pdf) >= 1) AND (length(pdf) <= 10485760))),
    CONSTRAINT certificate_files_pdf_sha256_check CHECK ((length(pdf_sha256) = 32))
);
ALTER TABLE ONLY public.certificate_files ALTER COLUMN pdf SET STORAGE EXTERNAL;

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
    completed_on date,
    signatory_name text,
    rendered_at timestamp with time zone,
    failed_at timestamp with time zone,
    CONSTRAINT certificates_code_check CHECK ((code ~ '^[A-Za-z0-9_-]{22}$'::text)),
    CONSTRAINT certificates_language_check CHECK ((language = ANY (ARRAY['en'::text, 'pl'::text]))),
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

CREATE TABLE public.course_statistics (
    course_id bigint NOT NULL,
    as_of timestamp with time zone,
    enrolled integer,
    active_7_days integer,
    active_30_days integer,
    completed integer,
    median_seconds_to_complete bigint,
    CONSTRAINT course_statistics_counted_check CHECK (((num_nulls(as_of, enrolled, active_7_days, active_30_days, completed) = ANY (ARRAY[0, 5])) AND ((as_of IS NOT NULL) OR (median_seconds_to_complete IS NULL))))
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
    version bigint DEFAULT 1 NOT NULL,
    description_html text DEFAULT ''::text NOT NULL,
    html_version smallint DEFAULT 0 NOT NULL,
    CONSTRAINT courses_archived_is_unpublished_check CHECK (((archived_at IS NULL) OR (published_at IS NULL))),
    CONSTRAINT courses_completion_points_check CHECK ((completion_points >= 0)),
    CONSTRAINT courses_completion_threshold_check CHECK (((completion_threshold >= 1) AND (completion_threshold <= 100))),
    CONSTRAINT courses_description_check CHECK ((length(description) <= 20000)),
    CONSTRAINT courses_description_html_check CHECK ((length(description_html) <= 201000)),
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

CREATE TABLE public.credential_status_lists (
    id bigint NOT NULL,
    credential text NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL
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

CREATE TABLE public.idempotency_keys (
    user_id bigint NOT NULL,
    key text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    request_hash bytea NOT NULL,
    status smallint NOT NULL,
    headers jsonb DEFAULT '{}'::jsonb NOT NULL,
    body text DEFAULT ''::text NOT NULL,
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT idempotency_keys_request_hash_check CHECK ((length(request_hash) = 32))
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

CREATE TABLE public.lesson_statistics (
    lesson_id bigint NOT NULL,
    began integer NOT NULL,
    completed integer NOT NULL,
    duration_seconds integer,
    stops integer[],
    CONSTRAINT lesson_statistics_completed_check CHECK (((completed >= 0) AND (completed <= began))),
    CONSTRAINT lesson_statistics_stops_check CHECK ((((duration_seconds IS NULL) = (stops IS NULL)) AND (cardinality(stops) = 20)))
);

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
    version bigint DEFAULT 1 NOT NULL,
    body_html text DEFAULT ''::text NOT NULL,
    html_version smallint DEFAULT 0 NOT NULL,
    CONSTRAINT lessons_archived_is_unpublished_check CHECK (((archived_at IS NULL) OR (published_at IS NULL))),
    CONSTRAINT lessons_body_check CHECK ((length(body) <= 100000)),
    CONSTRAINT lessons_body_html_check CHECK ((length(body_html) <= 1001000)),
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
    version bigint DEFAULT 1 NOT NULL,
    archived_at timestamp with time zone,
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

CREATE TABLE public.mux_events (
    id text NOT NULL,
    type text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT mux_events_id_check CHECK (((length(id) >= 1) AND (length(id) <= 255))),
    CONSTRAINT mux_events_type_check CHECK (((length(type) >= 1) AND (length(type) <= 255)))
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

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
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

CREATE TABLE public.video_uploads (
    id bigint NOT NULL,
    lesson_id bigint NOT NULL,
    mux_upload_id text NOT NULL,
    mux_asset_id text,
    status text DEFAULT 'waiting'::text NOT NULL,
    message text,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT video_uploads_message_check CHECK ((((status = 'failed'::text) = (message IS NOT NULL)) AND (length(message) <= 500))),
    CONSTRAINT video_uploads_mux_asset_id_check CHECK (((length(mux_asset_id) >= 1) AND (length(mux_asset_id) <= 255))),
    CONSTRAINT video_uploads_mux_upload_id_check CHECK (((length(mux_upload_id) >= 1) AND (length(mux_upload_id) <= 255))),
    CONSTRAINT video_uploads_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'ready'::text, 'failed'::text])))
);

ALTER TABLE public.video_uploads ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.video_uploads_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

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

ALTER TABLE ONLY public.certificate_files
    ADD CONSTRAINT certificate_files_pkey PRIMARY KEY (user_id, certificate_id);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.course_instructors
    ADD CONSTRAINT course_instructors_pkey PRIMARY KEY (course_id, user_id);

ALTER TABLE ONLY public.course_statistics
    ADD CONSTRAINT course_statistics_pkey PRIMARY KEY (course_id);

ALTER TABLE ONLY public.courses
    ADD CONSTRAINT courses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.courses
    ADD CONSTRAINT courses_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.credential_status_lists
    ADD CONSTRAINT credential_status_lists_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key);

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

ALTER TABLE ONLY public.lesson_statistics
    ADD CONSTRAINT lesson_statistics_pkey PRIMARY KEY (lesson_id);

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

ALTER TABLE ONLY public.mux_events
    ADD CONSTRAINT mux_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.one_time_tokens
    ADD CONSTRAINT one_time_tokens_pkey PRIMARY KEY (user_id, token_hash);

ALTER TABLE ONLY public.past_enrollments
    ADD CONSTRAINT past_enrollments_pkey PRIMARY KEY (user_id, course_id);

ALTER TABLE ONLY public.points_history
    ADD CONSTRAINT points_history_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

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

ALTER TABLE ONLY public.video_uploads
    ADD CONSTRAINT video_uploads_mux_upload_id_key UNIQUE (mux_upload_id);

ALTER TABLE ONLY public.video_uploads
    ADD CONSTRAINT video_uploads_pkey PRIMARY KEY (id);

CREATE INDEX idx_audit_log_action_id ON public.audit_log USING btree (action, id);

CREATE INDEX idx_audit_log_actor_id_id ON public.audit_log USING btree (actor_id, id);

CREATE INDEX idx_audit_log_target_type_target_id_id ON public.audit_log USING btree (target_type, target_id, id);

CREATE INDEX idx_certificates_code ON public.certificates USING btree (code);

CREATE INDEX idx_certificates_course_id ON public.certificates USING btree (course_id);

CREATE INDEX idx_certificates_id ON public.certificates USING btree (id);

CREATE UNIQUE INDEX idx_certificates_user_course ON public.certificates USING btree (user_id, course_id) WHERE (replaced_at IS NULL);

CREATE INDEX idx_certificates_waiting ON public.certificates USING btree (id) WHERE ((rendered_at IS NULL) AND (failed_at IS NULL));

CREATE UNIQUE INDEX idx_course_instructors_lead ON public.course_instructors USING btree (course_id) WHERE is_lead;

CREATE INDEX idx_course_instructors_user_id ON public.course_instructors USING btree (user_id);

CREATE INDEX idx_courses_published_at_id ON public.courses USING btree (published_at DESC, id DESC) WHERE (published_at IS NOT NULL);

CREATE INDEX idx_enrollments_course_id_id ON public.enrollments USING btree (course_id, id);

CREATE INDEX idx_enrollments_user_id ON public.enrollments USING btree (user_id);

CREATE INDEX idx_idempotency_keys_created_at ON public.idempotency_keys USING btree (created_at);

CREATE INDEX idx_leaderboard_entries_course_id ON public.leaderboard_entries USING btree (course_id);

CREATE INDEX idx_leaderboard_entries_place ON public.leaderboard_entries USING btree (board_id, period, starts_on, points DESC, user_id);

CREATE INDEX idx_lesson_progress_lesson_id ON public.lesson_progress USING btree (lesson_id);

CREATE INDEX idx_lesson_progress_user_id ON public.lesson_progress USING btree (user_id);

CREATE INDEX idx_lessons_module_id ON public.lessons USING btree (module_id);

CREATE INDEX idx_lessons_mux_playback_id ON public.lessons USING btree (mux_playback_id);

CREATE INDEX idx_login_failures_last_failed_at ON public.login_failures USING btree (last_failed_at);

CREATE INDEX idx_mux_events_created_at ON public.mux_events USING btree (created_at);

CREATE INDEX idx_one_time_tokens_expires_at ON public.one_time_tokens USING btree (expires_at);

CREATE INDEX idx_past_enrollments_course_id ON public.past_enrollments USING btree (course_id);

CREATE INDEX idx_points_history_created_at ON public.points_history USING btree (created_at DESC);

CREATE INDEX idx_points_history_user_id ON public.points_history USING btree (user_id);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE INDEX idx_user_achievements_achievement_id_user_id ON public.user_achievements USING btree (achievement_id, user_id);

CREATE INDEX idx_user_achievements_user_id ON public.user_achievements USING btree (user_id);

CREATE INDEX idx_video_uploads_lesson_id_id ON public.video_uploads USING btree (lesson_id, id);

CREATE UNIQUE INDEX idx_video_uploads_waiting ON public.video_uploads USING btree (lesson_id) WHERE (status = 'waiting'::text);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.certificate_files
    ADD CONSTRAINT certificate_files_certificate_fkey FOREIGN KEY (user_id, certificate_id) REFERENCES public.certificates(user_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.course_instructors
    ADD CONSTRAINT course_instructors_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.course_instructors
    ADD CONSTRAINT course_instructors_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.course_statistics
    ADD CONSTRAINT course_statistics_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.enrollments
    ADD CONSTRAINT enrollments_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.enrollments
    ADD CONSTRAINT enrollments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.leaderboard_entries
    ADD CONSTRAINT leaderboard_entries_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.leaderboard_entries
    ADD CONSTRAINT leaderboard_entries_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.lesson_progress
    ADD CONSTRAINT lesson_progress_lesson_id_fkey FOREIGN KEY (lesson_id) REFERENCES public.lessons(id);

ALTER TABLE ONLY public.lesson_progress
    ADD CONSTRAINT lesson_progress_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.lesson_statistics
    ADD CONSTRAINT lesson_statistics_lesson_id_fkey FOREIGN KEY (lesson_id) REFERENCES public.lessons(id) ON DELETE CASCADE;

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

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

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

ALTER TABLE ONLY public.video_uploads
    ADD CONSTRAINT video_uploads_lesson_id_fkey FOREIGN KEY (lesson_id) REFERENCES public.lessons(id) ON DELETE CASCADE;

GRANT USAGE ON SCHEMA public TO courseapp_service;
GRANT USAGE ON SCHEMA public TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_jobs TO courseapp_service;
GRANT SELECT ON TABLE public.procrastinate_jobs TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.achievements TO courseapp_service;
GRANT SELECT ON TABLE public.achievements TO courseapp_readonly;

GRANT SELECT,INSERT ON TABLE public.audit_log TO courseapp_service;
GRANT SELECT ON TABLE public.audit_log TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.cache_drops TO courseapp_service;
GRANT SELECT ON TABLE public.cache_drops TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.cache_server TO courseapp_service;
GRANT SELECT ON TABLE public.cache_server TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.certificate_files TO courseapp_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.certificates TO courseapp_service;
GRANT SELECT ON TABLE public.certificates TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.course_instructors TO courseapp_service;
GRANT SELECT ON TABLE public.course_instructors TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.course_statistics TO courseapp_service;
GRANT SELECT ON TABLE public.course_statistics TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.courses TO courseapp_service;
GRANT SELECT ON TABLE public.courses TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.credential_status_lists TO courseapp_service;
GRANT SELECT ON TABLE public.credential_status_lists TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.enrollments TO courseapp_service;
GRANT SELECT ON TABLE public.enrollments TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO courseapp_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leaderboard_entries TO courseapp_service;
GRANT SELECT ON TABLE public.leaderboard_entries TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lesson_progress TO courseapp_service;
GRANT SELECT ON TABLE public.lesson_progress TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lesson_statistics TO courseapp_service;
GRANT SELECT ON TABLE public.lesson_statistics TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lessons TO courseapp_service;
GRANT SELECT ON TABLE public.lessons TO courseapp_readonly;

GRANT SELECT ON TABLE public.levels TO courseapp_service;
GRANT SELECT ON TABLE public.levels TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.login_failures TO courseapp_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.modules TO courseapp_service;
GRANT SELECT ON TABLE public.modules TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mux_events TO courseapp_service;
GRANT SELECT ON TABLE public.mux_events TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.one_time_tokens TO courseapp_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.past_enrollments TO courseapp_service;
GRANT SELECT ON TABLE public.past_enrollments TO courseapp_readonly;

GRANT SELECT,INSERT ON TABLE public.points_history TO courseapp_service;
GRANT SELECT ON TABLE public.points_history TO courseapp_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_events TO courseapp_service;
GRANT SELECT ON TABLE public.procrastinate_events TO courseapp_readonly;

GRANT USAGE ON SEQUENCE public.procrastinate_events_id_seq TO courseapp_service;

GRANT USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO courseapp_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_periodic_defers TO courseapp_service;
GRANT SELECT ON TABLE public.procrastinate_periodic_defers TO courseapp_readonly;

GRANT USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO courseapp_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_workers TO courseapp_service;
GRANT SELECT ON TABLE public.procrastinate_workers TO courseapp_readonly;

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

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.video_uploads TO courseapp_service;
GRANT SELECT ON TABLE public.video_uploads TO courseapp_readonly;

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO courseapp_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO courseapp_readonly;
