-- depends: 0023_lesson_html
-- Videos that authors send to Mux, and what Mux tells about them.
create table video_uploads (
    id bigint generated always as identity primary key,
    -- An upload is nothing without its lesson.
    lesson_id bigint not null references lessons (id) on delete cascade,
    -- Mux's names: of the upload, which its events say they are about, and of what it became.
    mux_upload_id text not null,
    mux_asset_id text,
    status text not null default 'waiting',
    -- Why it failed.
    message text,
    -- Until then the file has to be there.
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint video_uploads_mux_upload_id_key unique (mux_upload_id),
    constraint video_uploads_mux_upload_id_check check (length(mux_upload_id) between 1 and 255),
    constraint video_uploads_mux_asset_id_check check (length(mux_asset_id) between 1 and 255),
    constraint video_uploads_status_check check (status in ('waiting', 'ready', 'failed')),
    constraint video_uploads_message_check check (
        (status = 'failed') = (message is not null) and length(message) <= 500
    )
);

-- Only the newest upload of a lesson can become its video: a newer one ends those that wait.
create unique index idx_video_uploads_waiting on video_uploads (lesson_id)
where status = 'waiting';
-- The uploads of a lesson, newest first.
create index idx_video_uploads_lesson_id_id on video_uploads (lesson_id, id);

-- The events of Mux that have been acted upon, because it may send one twice. Purged after a week.
create table mux_events (
    id text not null,
    type text not null,
    created_at timestamptz not null default now(),
    constraint mux_events_pkey primary key (id),
    constraint mux_events_id_check check (length(id) between 1 and 255),
    constraint mux_events_type_check check (length(type) between 1 and 255)
);

-- The purge of old rows walks this.
create index idx_mux_events_created_at on mux_events (created_at);
