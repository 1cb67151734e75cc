-- depends: 0005_certificates
-- Two groups beside the owner of the tables: courseapp_service is what the running service may
-- do, courseapp_readonly what people and reports may see. Nobody logs in as one of them: a DBA
-- makes login roles and puts them into a group, see docs/operations/roles.md.

-- Roles belong to all databases of a server: another one may have made them, or be at it.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['courseapp_service', 'courseapp_readonly'] loop
        continue when exists (select from pg_roles where rolname = wanted);
        begin
            execute format('create role %I nologin', wanted);
        exception
            when duplicate_object or unique_violation then
                null;
            when insufficient_privilege then
                raise insufficient_privilege using message = format(
                    '%I may not create roles. Ask a DBA to run, once for the whole server: '
                    'create role courseapp_service nologin; create role courseapp_readonly nologin;',
                    current_user
                );
        end;
    end loop;
end $$;

grant usage on schema public to courseapp_service, courseapp_readonly;

-- The service changes rows and never tables. Identity columns need no right on their sequence.
grant select, insert, update, delete on
users, sessions, one_time_tokens, login_failures,
courses, course_instructors, modules, lessons,
enrollments, lesson_progress,
user_points, user_streaks, user_activity_days, achievements, user_achievements,
certificates
to courseapp_service;
-- The ledger and the audit trail only grow. A DBA alone edits the levels. /readyz reads which
-- migrations there are.
grant select, insert on points_history, audit_log to courseapp_service;
grant select on levels, _yoyo_migration to courseapp_service;

-- No password hashes, tokens, sessions or failed logins. A column that users gets later has to
-- be granted by name.
grant select (
    id, email, full_name, role, locale, timezone, leaderboard_opt_in, email_verified_at,
    created_at, updated_at, deactivated_at, deleted_at
) on users to courseapp_readonly;
grant select on
courses, course_instructors, modules, lessons,
enrollments, lesson_progress,
levels, user_points, points_history, user_streaks, user_activity_days,
achievements, user_achievements,
certificates, audit_log, _yoyo_migration
to courseapp_readonly;

-- Later tables. One that holds secrets, or only grows, takes back what is too much.
alter default privileges in schema public
grant select, insert, update, delete on tables to courseapp_service;
alter default privileges in schema public
grant select on tables to courseapp_readonly;
