-- name: create_demo_users(document, password_hash)$
-- purpose:  Make the demo accounts, with the rows that their points and streaks live in.
-- endpoint: flask seed demo
-- param:    document json, an array of {email, full_name, role, locale, timezone, joined_days_ago}
-- param:    password_hash text, argon2id, the same for all
-- returns:  bigint[], the ids of the accounts that were made; those with a known e-mail stay as
--           they are
-- index:    users_email_key
-- budget:   200 ms, once
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
with person as (
    select
        given.*,
        now() - make_interval(days => given.joined_days_ago) as joined_at
    from json_to_recordset(cast(:document as json)) as given (
        email text,
        full_name text,
        role text,
        locale text,
        timezone text,
        joined_days_ago integer
    )
),

new_user as (
    insert into users (
        email, password_hash, full_name, role, locale, timezone,
        email_verified_at, created_at, updated_at
    )
    select
        email,
        :password_hash,
        full_name,
        role,
        locale,
        timezone,
        joined_at,
        joined_at,
        joined_at
    from person
    on conflict on constraint users_email_key do nothing
    returning id
),

new_points as (
    insert into user_points (user_id)
    select id from new_user
),

new_streak as (
    insert into user_streaks (user_id)
    select id from new_user
)

select coalesce(array_agg(id), '{}') from new_user;
