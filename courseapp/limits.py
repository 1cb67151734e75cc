"""Limits per client address, kept in Redis and, without it, in each worker's memory.

They keep one address from using up what all share. What guards an account (the
failed logins, the throttle of progress) is counted in PostgreSQL instead.
"""

import time
from ipaddress import ip_network

from flask import Flask, Response
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from redis.backoff import NoBackoff
from redis.retry import Retry

from courseapp.errors import Problem, problem_response

# A classroom behind one address must get in; a list of stolen passwords must not.
FAILED_LOGINS = "100 per 5 minutes"
REGISTRATIONS = "120 per minute"
# What sends an e-mail, to whomever. An account gets three an hour: sql/auth/create_token.sql.
EMAILS = "60 per 5 minutes"


def _refused(limit: RequestLimit) -> Response:
    wait = max(1, int(limit.reset_at - time.time()) + 1)
    return problem_response(Problem("too_many_attempts", retry_after=wait))


def _client() -> str:
    """The address; of IPv6 the /64, because a customer has that many addresses at least."""
    address = get_remote_address()
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


limiter = Limiter(_client, on_breach=_refused)


def init_app(app: Flask) -> None:
    """Connect nothing yet; a Redis that does not answer costs at most 0.1 s a try."""
    app.config.update(
        RATELIMIT_STORAGE_URI=app.config["REDIS_URL"].replace("unix://", "redis+unix://", 1),
        RATELIMIT_STORAGE_OPTIONS={
            "socket_timeout": 0.1,
            "socket_connect_timeout": 0.1,
            "retry": Retry(NoBackoff(), 0),
        },
        RATELIMIT_STRATEGY="fixed-window",
        RATELIMIT_KEY_PREFIX="limits",
        RATELIMIT_HEADERS_ENABLED=False,
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
    )
    limiter.init_app(app)
    _only_for(app, "auth")


def _only_for(app: Flask, blueprint: str) -> None:
    """Leave all other requests alone: the limiter's hooks cost each of them 45 µs.

    And every request of the app would ask a Redis that is down whether it is back.
    """
    for hooks in (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs):
        hooks[blueprint].append(hooks[None].pop())
