"""What `make run` was given: an address to listen on, perhaps servers to use. Does it work?"""

import http.client
import os
import re
import socket

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from courseapp.devprocess import ServerError

CONNECT_SECONDS = 5


def listen_address() -> tuple[str, int]:
    """The free host and port that gunicorn.conf.py is going to use.

    :raise ServerError: if they cannot be used.
    """
    bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    if not host or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise ServerError(f"{bind!r} is no address such as 127.0.0.1:8000 (PORT or BIND).")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            mend = f"make run PORT={int(port) + 1 if 1024 <= int(port) < 65535 else 8000}"
            raise ServerError(f"Cannot listen on {bind}: {error.strerror}. Try: {mend}") from error
    return host, int(port)


def web_address(host: str, port: int) -> str:
    """The URL at which a browser on this machine finds what listens there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def answers(url: str) -> bool:
    """Whether the web server at `url` says that it lives."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def check_url(name: str) -> None:
    """Connect once to the server of `DATABASE_URL` or `REDIS_URL`.

    :raise ServerError: naming the variable, if that fails.
    """
    url = os.environ[name]
    try:
        if name == "DATABASE_URL":
            psycopg.connect(url, connect_timeout=CONNECT_SECONDS).close()
        else:
            timeouts = {
                "socket_connect_timeout": CONNECT_SECONDS,
                "socket_timeout": CONNECT_SECONDS,
            }
            redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **timeouts).ping()
    except (psycopg.Error, redis.RedisError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ServerError(without_password(f"{name}={url} cannot be used: {reason}")) from error


def without_password(text: str) -> str:
    """`text` with the passwords of the URLs in it replaced."""
    text = re.sub(r"(://[^:/@\s]*:)\S*@", r"\1***@", text)
    return re.sub(r"(password=)[^&\s]+", r"\1***", text)
