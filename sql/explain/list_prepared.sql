-- name: list_prepared(tag)
-- purpose:  How often this connection has executed a query, and with which kind of plan.
-- endpoint: flask db explain
-- param:    tag text, the comment that the statement begins with
-- returns:  rows of name text, executions bigint, generic bigint: one a combination of parameters
--           that are null, for which psycopg prepares a statement each
-- index:    none
-- budget:   1 ms p95
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    name,
    generic_plans + custom_plans as executions,
    generic_plans as generic
from pg_prepared_statements
where starts_with(statement, :tag);
