-- depends: 0004_gamification
-- A certificate keeps the name and the title as they were when it was issued.

create table certificates (
    user_id bigint not null references users (id),
    id bigint generated always as identity,
    course_id bigint not null references courses (id),
    -- 128 random bits: it cannot be guessed, so it needs no unique key.
    code text not null,
    learner_name text not null,
    course_title text not null,
    language text not null,
    issued_at timestamptz not null default now(),
    replaced_at timestamptz,
    revoked_at timestamptz,
    revoked_reason text,
    constraint certificates_pkey primary key (user_id, id),
    constraint certificates_code_check check (code ~ '^[A-Za-z0-9_-]{22}$'),
    constraint certificates_revoked_check check ((revoked_at is null) = (revoked_reason is null))
);

-- One certificate that counts for a learner and a course; replaced ones stay on record.
create unique index idx_certificates_user_course on certificates (user_id, course_id)
where replaced_at is null;
-- The public verification page.
create index idx_certificates_code on certificates (code);
create index idx_certificates_course_id on certificates (course_id);
