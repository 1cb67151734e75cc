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


def are_ready(path: Path) -> bool:
    """Whether all gunicorns have said at their last check that they are ready."""
    web = [row for row in statistics(path) if row["pxname"] == "web" and row["svname"] != "BACKEND"]
    return all(row["status"] == "UP" and row["check_status"] == "L7OK" for row in web)
