-- name: create_users(document, password_hash, users)!
-- purpose:  Make the load learners, load000001@example.com and on, who joined over the last two
--           years.
-- endpoint: flask seed load
-- param:    document json, an array of people as in courseapp/demo/people.json, whose names are
--           mixed
-- param:    password_hash text, argon2id, the same for all
-- param:    users integer, 1 to 999999
-- returns:  the number of accounts made
-- index:    users_email_key
-- budget:   10 s, once, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
with pool as materialized (
    select
        array_agg(split_part(given.full_name, ' ', 1)) as first_names,
        array_agg(split_part(given.full_name, ' ', 2)) as last_names,
        array_agg(given.locale) as locales,
        array_agg(given.timezone) as timezones,
        count(*)::integer as size
    from json_to_recordset(cast(:document as json)) as given (
        full_name text,
        locale text,
        timezone text
    )
),

person as materialized (
    select
        n,
        1 + floor(random() * pool.size)::integer as first_name,
        1 + floor(random() * pool.size)::integer as last_name,
        1 + floor(random() * pool.size)::integer as home,
        -- Later numbers joined later; the newest within the last day.
        now() - interval '730 days' * ((:users - n + random()) / :users) as joined_at
    from pool
    cross join generate_series(1, :users) as n
)

insert into users (
    email, password_hash, full_name, locale, timezone, leaderboard_opt_in,
    email_verified_at, created_at, updated_at
)
select
    'load' || to_char(person.n, 'FM000000') || '@example.com',
    :password_hash,
    pool.first_names[person.first_name] || ' ' || pool.last_names[person.last_name],
    pool.locales[person.home],
    pool.timezones[person.home],
    random() < 0.3,
    case when random() < 0.9 then person.joined_at end,
    person.joined_at,
    person.joined_at
from person
cross join pool
order by person.n;
