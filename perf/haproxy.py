"""Asking HAProxy about itself, on its socket."""

import csv
import io
import socket
from pathlib import Path


def ask(path: Path, command: str) -> str:
    """What it answers to a command such as `show info`.

    :param path: of the socket
    :raise OSError: if nobody answers there.
    """
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(f"{command}\n".encode())
        with client.makefile() as answer:
            return answer.read()


def statistics(path: Path) -> list[dict[str, str]]:
    """Of each frontend, server and backend at this moment: `svname`, `scur`, `qcur` and so on."""
    text = ask(path, "show stat")
    return list(csv.DictReader(io.StringIO(text.removeprefix("# "))))


def is_there(path: Path) -> bool:
    """Whether it answers: the socket is a file a moment before anybody listens."""
    try:
        ask(path, "show info")
    except OSError:
        return False
    return True


def is_ready(path: Path, server: str) -> bool:
    """Whether a gunicorn, such as `web1`, has said at its last check that it is ready.

    Until its first check HAProxy takes it for ready, and sends it what comes.
    """
    (row,) = (one for one in statistics(path) if (one["pxname"], one["svname"]) == ("web", server))
    return row["status"] == "UP" and row["check_status"] == "L7OK"
