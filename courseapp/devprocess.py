"""Programs that end when the process that started them ends, however it ends."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


class ServerError(Exception):
    """A program cannot run; the message is for people."""


class Child:
    """A program in a session of its own, where the terminal's Ctrl-C does not reach it.

    The kernel sends it `stop_signal` when the thread that started it ends, so start it from one
    that lives as long as it should.

    :param log: takes its output, which otherwise goes where this process's goes
    :param before: a command that runs the program as somebody else
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str | Path],
        stop_signal: signal.Signals,
        log: Path | None = None,
        before: Sequence[str] = (),
        **popen: Any,
    ):
        self.name, self.stop_signal, self.log = name, stop_signal, log
        # The shell notices a parent that died before setpriv could ask for the signal.
        watched = ["setpriv", "--pdeathsig", stop_signal.name.removeprefix("SIG"), "--"]
        watched += ["sh", "-c", '[ "$PPID" = "$0" ] || exit 1; exec "$@"', str(os.getpid())]
        popen = {"stdin": subprocess.DEVNULL, "start_new_session": True} | popen
        with open(log or os.devnull, "wb") as output:
            if log:
                popen |= {"stdout": output, "stderr": output}
            self.process = subprocess.Popen([*before, *watched, *argv], **popen)

    def ended(self) -> bool:
        return self.process.poll() is not None

    def wait(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return as soon as `ready()`.

        :raise ServerError: if the program ends before, or `seconds` pass.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if self.ended() or time.monotonic() > deadline:
                raise ServerError(f"{self.name} did not start. {self.last_words()}")
            time.sleep(0.01)

    def last_words(self) -> str:
        """Where its messages are, and the last of them."""
        if not self.log:
            return "Its messages are above."
        lines = self.log.read_text(errors="replace").splitlines()[-8:]
        return "\n  ".join([f"The end of {self.log}:", *lines])

    def stop(self, seconds: float = 20) -> None:
        """Ask it to stop and wait; kill it after `seconds`."""
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def hold(lock: Path, seconds: float = 0) -> int | None:
    """Lock a file, waiting up to `seconds`; its descriptor, or None if somebody else has it.

    Children that inherit the descriptor hold the lock, too.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return None
            time.sleep(0.05)
