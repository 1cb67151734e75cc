-- name: leave_leaderboard(user_id)!
-- purpose:  Take a learner off every leaderboard.
-- endpoint: PATCH /api/v1/auth/me
-- param:    user_id bigint, the learner
-- returns:  the number of places given up
-- index:    leaderboard_entries_pkey
-- budget:   3 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the deleted rows
-- scope:    one-user
delete from leaderboard_entries
where user_id = :user_id;
