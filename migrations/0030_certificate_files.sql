-- depends: 0029_certificates_by_id
-- What the worker makes of certificates.

create table certificate_files (
    user_id bigint not null,
    certificate_id bigint not null,
    pdf bytea not null,
    -- The ETag.
    pdf_sha256 bytea not null,
    -- As Open Badges credential, if the platform signs those: the very bytes that were signed.
    credential text,
    rendered_at timestamptz not null default now(),
    constraint certificate_files_pkey primary key (user_id, certificate_id),
    constraint certificate_files_certificate_fkey foreign key (user_id, certificate_id)
    references certificates (user_id, id) on delete cascade,
    constraint certificate_files_pdf_check check (length(pdf) between 1 and 10485760),
    constraint certificate_files_pdf_sha256_check check (length(pdf_sha256) = 32)
);

-- A PDF is compressed already.
alter table certificate_files alter column pdf set storage external;

-- Which certificates do not count any more, of each 131,072 ids, as a signed credential.
create table credential_status_lists (
    id bigint primary key,
    credential text not null,
    made_at timestamptz not null default now()
);

-- They hold what only their learner may have.
revoke all on certificate_files from courseapp_readonly;
