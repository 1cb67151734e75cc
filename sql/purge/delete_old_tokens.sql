-- name: delete_old_tokens(batch)!
-- purpose:  Forget one-time tokens a day after they have expired, used or not.
-- endpoint: job purge
-- param:    batch bigint, how many at most
-- returns:  the number of tokens
-- index:    idx_one_time_tokens_expires_at
-- budget:   200 ms, a batch of 1,000
-- cache:    none
-- drops:    none
-- locks:    the tokens' rows, passing over those that are being used
-- scope:    all-users
-- Not at once: whoever clicks twice is told that their e-mail is verified.
-- By their places: with statistics that say that the table is empty, a join takes for ever and
-- deletes more than a batch.
with old as materialized (
    select t.ctid as place
    from one_time_tokens as t
    where t.expires_at < now() - interval '1 day'
    order by t.expires_at
    limit :batch
    for update skip locked
)

delete from one_time_tokens
where ctid = any(array(select old.place from old));
