"""The database's clock in the hands of a test; what the service sends stays as it is.

A schema that comes before pg_catalog has functions of its own for `now()` and its relatives. Only
column defaults go on with the real clock: they were bound when their tables were made.
"""

from datetime import UTC, datetime

from conftest import database_url
from psycopg.conninfo import conninfo_to_dict

# Each function asks for the reading at the real time that it is named after. So `now()` stands
# still within a transaction, and `statement_timestamp()` within a statement, as they really do.
_SCHEMA = """
create schema clock;
create table clock.readings (real_time timestamptz primary key, moment timestamptz not null);
grant usage on schema clock to courseapp_service;
grant select on clock.readings to courseapp_service;
"""
_FUNCTION = """
create function clock.{name}() returns timestamptz {volatility} language sql return (
    select moment from clock.readings where real_time <= pg_catalog.{name}()
    order by real_time desc limit 1
)
"""
_FUNCTIONS = {
    "now": "stable",
    "statement_timestamp": "stable",
    "clock_timestamp": "volatile",
}


class Clock:
    """The clock of every connection to `url`; it stands still until it is set again."""

    def __init__(self, conn, url):
        self._conn = conn
        conn.execute(_SCHEMA)
        for name, volatility in _FUNCTIONS.items():
            conn.execute(_FUNCTION.format(name=name, volatility=volatility))
        self.url = database_url(
            url,
            conninfo_to_dict(url)["dbname"],
            options="-c search_path=clock,public,pg_catalog",
        )
        self.set(datetime.now(UTC))

    def set(self, moment):
        """Let it be `moment`, forwards or backwards, for all that begins from now on."""
        self._conn.execute(
            "insert into clock.readings values (clock_timestamp(), %s)", [moment], prepare=True
        )
