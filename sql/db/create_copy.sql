-- name: create_copy()!
-- purpose:  A second database with the same data, which may be changed.
-- endpoint: make explain, make bench, make perf, make perf-staging, make perf-goals,
--           make perf-soak, make perf-stress, make perf-capacity, make perf-compare
-- param:    none
-- returns:  nothing
-- index:    none
-- budget:   60 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the database that is copied, which nobody may be connected to
-- scope:    none
-- File by file: the copy has the same pages and the same statistics.
create database courseapp_copy template courseapp
-- noqa: disable=PRS
strategy = file_copy;
