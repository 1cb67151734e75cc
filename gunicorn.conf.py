"""How gunicorn serves courseapp, here and in production."""

import json
import logging
import os
import secrets
from http import HTTPStatus

import gunicorn.util


def _number(name, default):
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise SystemExit(f"{name} must be a whole number from 1, not {text!r}")
    return int(text)


# HAProxy, on this host, is the only direct client. BIND also takes unix:/path/to/socket.
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"

# One worker a core, each in a gunicorn of its own behind HAProxy, with 4 threads, and as many
# connections (DATABASE_POOL_SIZE). Each keeps to its processor (taskset; CPUAffinity= of systemd):
# one thread at a time has the interpreter, and on another processor it finds nothing in the caches.
# Through HAProxy with 32 clients on 2 cores (make bench-workers; updates / cached lists,
# beside that): on any processor 97 / 87 % with a p99 of 124 / 141 %, two workers on one socket
# 83 / 80 %, 2 threads 95 / 94 %, 3 x 4 98 / 96 %, 4 x 2 98 / 90 %, without keep-alive 93 / 85 %,
# 4 sync workers each 97 / 86 %. 8 threads 98 / 113 %, with twice the connections. gevent
# 106 / 112 %, but hashing a password would hold up a whole worker.
worker_class = "gthread"
workers = _number("WEB_CONCURRENCY", 2)
threads = _number("THREADS", 4)

# Longer than the proxy keeps an idle connection, so that the proxy, which can retry, is the
# one to close it; and longer than the 5 to 7 s between two progress updates of a player.
keepalive = 75

# A worker that gives no sign of life for this long is replaced. gthread gives them from its main
# loop, so this is not a limit for requests: the statement timeout in courseapp/db.py is.
timeout = 30

# On reload and stop, requests that have begun get this long; none may take nearly as long.
graceful_timeout = 30

# Never: memory stays flat (make perf-soak: 0.3 % in ten minutes), and a new worker starts with cold
# connections and nothing prepared.
max_requests = 0

# Nobody: courseapp/proxies.py reads the forwarding headers, from TRUSTED_PROXIES only.
forwarded_allow_ips = ""

# Heartbeats are file operations: on a busy disk they would make healthy workers look dead.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

# It would put a socket into the home directory, which a service may not have.
control_socket_disable = True

# With it the kernel hands connections to a worker that is about to stop, and they are lost.
reuse_port = False

# HAProxy logs every request, with its times and id; ACCESS_LOG=- shows them here too.
accesslog = os.environ.get("ACCESS_LOG") or None
# Time, client, request, status, bytes, microseconds, request id; no query, which people type.
access_log_format = '%(t)s %(h)s "%(m)s %(U)s" %(s)s %(B)s %(D)s %({x-request-id}o)s'


def _write_error_for(app):
    """What no request can be read from is answered as the app answers.

    gunicorn itself would send HTML with what was sent in it, and none of the app's headers.
    """
    from courseapp.edge import always
    from courseapp.errors import PROBLEMS

    def write_error(sock, status, reason, message):
        name = "internal" if status == HTTPStatus.INTERNAL_SERVER_ERROR else "bad_request"
        phrase, request_id = HTTPStatus(status).phrase, secrets.token_hex(8)
        problem = {
            "type": f"/problems/{name}",
            "title": PROBLEMS[name][1],
            "status": status,
            "detail": phrase,
            # As a relative address: the very one that was called.
            "instance": "",
            "request_id": request_id,
        }
        body = json.dumps(problem)
        headers = [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", len(body)),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
            ("X-Request-ID", request_id),
            *always(app.config, "/"),
        ]
        lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
        gunicorn.util.write_nonblock(sock, "\r\n".join([*lines, "", body]).encode())

    return write_error


def post_worker_init(worker):
    """Connect after the fork: processes cannot share a connection."""
    logging.basicConfig(format="%(asctime)s [%(process)d] %(levelname)s %(name)s: %(message)s")
    worker.wsgi.extensions["database"].open()
    gunicorn.util.write_error = _write_error_for(worker.wsgi)


def worker_exit(server, worker):
    """Give the connections back to PostgreSQL at once."""
    app = getattr(worker, "wsgi", None)  # None: it could not be loaded
    if app:
        app.extensions["database"].close()
