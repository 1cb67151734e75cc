-- name: create_uploads()$
-- purpose:  Let Mux have made the videos of the load lessons: one in ten was sent twice, and one in
--           a hundred is being sent anew.
-- endpoint: flask seed load
-- param:    none
-- returns:  the number of uploads
-- index:    none
-- budget:   2 s, once, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    none
with sent as (
    select
        l.id as lesson_id,
        n,
        case
            when n = 2 then 'ready'
            when n = 1 then 'failed'
            else 'waiting'
        end as status,
        l.created_at + n * interval '1 hour' as created_at
    from courses as c
    inner join modules as m on c.id = m.course_id
    inner join lessons as l on m.id = l.module_id
    cross join generate_series(1, 3) as n
    where
        c.slug like 'load-____'
        and l.kind = 'video'
        and (n = 2 or (n = 1 and mod(l.id, 10) = 0) or (n = 3 and mod(l.id, 100) = 0))
),

uploaded as (
    insert into video_uploads (
        lesson_id, mux_upload_id, mux_asset_id, status, message,
        expires_at, created_at, updated_at
    )
    select
        lesson_id,
        md5('upload' || lesson_id || n),
        case when status = 'ready' then md5('asset' || lesson_id) end,
        status,
        case when status = 'failed' then 'Mux could not use the file.' end,
        created_at + interval '1 day',
        created_at,
        created_at
    from sent
    order by lesson_id, n
    returning id, mux_upload_id
),

-- As many as an installation that is much larger gets in ten days.
told as (
    insert into mux_events (id, type, created_at)
    select
        md5('event' || uploaded.mux_upload_id),
        'video.asset.ready',
        now() - interval '10 days' * random()
    from uploaded
    -- Those of a load whose courses somebody has deleted.
    on conflict on constraint mux_events_pkey do nothing
)

select count(*) from uploaded;
