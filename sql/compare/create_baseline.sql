-- name: create_baseline()!
-- purpose:  The database of the baseline: the same data, which may be changed.
-- endpoint: make perf-compare
-- param:    none
-- returns:  nothing
-- index:    none
-- budget:   60 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the database that is copied, which nobody may be connected to
-- scope:    none
-- File by file: the copy has the same pages and the same statistics.
create database courseapp_baseline template courseapp
-- noqa: disable=PRS
strategy = file_copy;
