"""How the commands that start a service end: with a message and a number, never a traceback."""

import signal
import sys
from collections.abc import Callable

from courseapp.devprocess import ServerError

FAILED, INTERRUPTED = 2, 130


def exit_status(command: Callable[[], int]) -> int:
    """What the command returns; 2 where it fails with a message for people, 130 after Ctrl-C."""
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        return command()
    except BaseException as error:
        # Some make another exception of it: click, and pools whose processes are gone.
        if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
            return INTERRUPTED
        if not isinstance(error, (ServerError, OSError, ValueError)):
            raise
        print(f"perf: {error}", file=sys.stderr)
        return FAILED
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(*_) -> None:
    # At once, because stopping takes some seconds; a second Ctrl-C would leave half of it running.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The terminal's: while a command of `flask` runs its output is kept elsewhere.
    print("\nStopping the service …", flush=True, file=sys.__stdout__)
    raise KeyboardInterrupt
