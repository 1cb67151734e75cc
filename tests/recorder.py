"""What an app really sends to its servers: libpq's own trace, and Redis's own count."""

import contextlib
import re
import tempfile
from types import SimpleNamespace

import redis
from psycopg.pq import Trace

# Lines of the trace: direction, length, message, arguments.
_PARSE = re.compile(r'^F\t\d+\tParse\t "(?P<name>[^"]*)" "(?P<sql>(?:[^"\\]|\\.)*)', re.M)
_SENT = re.compile(r'^F\t\d+\t(?:Bind\t "[^"]*" "(?P<name>[^"]*)"|Query\t "(?P<sql>[^"]*))', re.M)
_TAG = re.compile(r"/\* ([a-z_.]+) \*/")


class Recorder:
    """Traces every connection of the app's pool."""

    def __init__(self, app):
        self.app = app
        self._redis = redis.Redis.from_url(app.config["REDIS_URL"])
        self._traces = []
        pool = app.extensions["database"].pool
        configure = pool._configure

        def traced(conn):
            configure(conn)
            file = tempfile.TemporaryFile(mode="w+b")  # noqa: SIM115 (lives as long as its connection)
            self._traces.append(file)
            conn.pgconn.trace(file.fileno())
            conn.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)

        pool._configure = traced
        app.extensions["database"].open()
        pool.wait()

    @contextlib.contextmanager
    def recording(self):
        """Yields a namespace that afterwards has `statements` (tags) and `redis_commands`."""
        seen = SimpleNamespace(statements=[], redis_commands=0)
        starts = [len(self._read(trace)) for trace in self._traces]
        commands = self._redis_commands()
        yield seen
        # The count itself is one command.
        seen.redis_commands = self._redis_commands() - commands - 1
        for trace, start in zip(self._traces, starts, strict=True):
            seen.statements += self._statements(self._read(trace), start)

    def _redis_commands(self):
        return self._redis.info("stats")["total_commands_processed"]

    @staticmethod
    def _read(trace):
        trace.seek(0)
        return trace.read().decode()

    @staticmethod
    def _statements(text, start):
        prepared = {m["name"]: m["sql"] for m in _PARSE.finditer(text)}
        for message in _SENT.finditer(text, start):
            sql = message["sql"] if message["name"] is None else prepared[message["name"]]
            tag = _TAG.match(sql)
            yield tag[1] if tag else sql
