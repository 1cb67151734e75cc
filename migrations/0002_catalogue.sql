-- depends: 0001_accounts
-- Courses, their modules and lessons, and who teaches them.

-- Case and the accents of the catalogue's languages do not count in a search.
-- A column and the search text both go through here, so that they cannot differ.
-- normalize: some clients send ó as o and a combining accent.
create function fold_for_search(value text) returns text
language sql immutable strict parallel safe
return translate(
    lower(normalize(value)),
    'ąćęłńóśźżàáâãäåçèéêëìíîïñòôõöøùúûüýÿčďěňřšťůž',
    'acelnoszzaaaaaaceeeeiiiinooooouuuuyycdenrstuz'
);

create table courses (
    id bigint generated always as identity primary key,
    slug text not null,
    title text not null,
    description text not null default '',
    language text not null default 'en',
    completion_threshold smallint not null default 95,
    completion_points integer not null default 50,
    published_at timestamptz,
    archived_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    search_text text not null
    generated always as (fold_for_search(title || ' ' || description)) stored,
    constraint courses_slug_key unique (slug),
    -- Never only digits: a path says either an id or a slug.
    constraint courses_slug_check check (
        slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and slug !~ '^[0-9]+$' and length(slug) <= 120
    ),
    constraint courses_title_check check (length(title) between 1 and 200),
    constraint courses_description_check check (length(description) <= 20000),
    constraint courses_language_check check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
    constraint courses_completion_threshold_check check (completion_threshold between 1 and 100),
    constraint courses_completion_points_check check (completion_points >= 0),
    constraint courses_archived_is_unpublished_check
    check (archived_at is null or published_at is null)
);

-- The public list: newest first, a page at a time.
create index idx_courses_published_at_id on courses (published_at desc, id desc)
where published_at is not null;

create table course_instructors (
    course_id bigint not null references courses (id),
    user_id bigint not null references users (id),
    is_lead boolean not null default false,
    created_at timestamptz not null default now(),
    constraint course_instructors_pkey primary key (course_id, user_id)
);

create index idx_course_instructors_user_id on course_instructors (user_id);
create unique index idx_course_instructors_lead on course_instructors (course_id) where is_lead;

create table modules (
    id bigint generated always as identity primary key,
    course_id bigint not null references courses (id),
    title text not null,
    position integer not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    -- Deferrable: reordering swaps positions inside one transaction.
    constraint idx_modules_course_id_position unique (course_id, position)
    deferrable initially immediate,
    constraint modules_title_check check (length(title) between 1 and 200),
    constraint modules_position_check check (position > 0)
);

create table lessons (
    id bigint generated always as identity primary key,
    module_id bigint not null references modules (id),
    title text not null,
    position integer not null,
    kind text not null default 'video',
    body text not null default '',
    -- Unknown until the video service has measured the asset.
    duration_seconds integer,
    mux_playback_id text,
    is_preview boolean not null default false,
    points integer not null default 10,
    published_at timestamptz,
    archived_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint idx_lessons_module_id_position unique (module_id, position)
    deferrable initially immediate,
    constraint lessons_title_check check (length(title) between 1 and 200),
    constraint lessons_position_check check (position > 0),
    constraint lessons_kind_check check (kind in ('video', 'text')),
    constraint lessons_body_check check (length(body) <= 100000),
    constraint lessons_duration_seconds_check check (duration_seconds > 0),
    constraint lessons_mux_playback_id_check check (mux_playback_id ~ '^[A-Za-z0-9]{1,255}$'),
    constraint lessons_points_check check (points >= 0),
    constraint lessons_archived_is_unpublished_check
    check (archived_at is null or published_at is null)
);

-- The webhook of the video service finds a lesson by its asset.
create index idx_lessons_mux_playback_id on lessons (mux_playback_id);
-- Required by the performance guide; idx_lessons_module_id_position covers it.
create index idx_lessons_module_id on lessons (module_id);
