"""The embedded server starts, stops, survives its crashes and has one owner."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import psutil
import pytest
from sqlalchemy import create_engine, make_url, text

from db import embedded
from db.embedded import EmbeddedPostgres
from trading.errors import MisconfiguredError

FAST = {"fsync": "off"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: sockets have a limit."""
    path = Path(tempfile.mkdtemp(prefix="desk-"))
    yield path
    rmtree(path)


def ask(url: str, question: str) -> object:
    engine = create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(text(question))
        answer = result.scalar() if result.returns_rows else None
    engine.dispose()
    return answer


def runs(process_id: int) -> bool:
    """Whether it runs; in a container, a dead process may stay listed because nobody waits."""
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_data_survives_a_stop_and_a_start(folder: Path) -> None:
    with EmbeddedPostgres(folder, settings=FAST) as server:
        ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert server.process_id is None
    with EmbeddedPostgres(folder, settings=FAST) as server:
        assert ask(server.url, "SELECT answer FROM kept") == 42
        assert server.process_id is not None


def test_our_own_defaults_are_safe_and_on_a_socket_only(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        shown = {
            name: ask(server.url, f"SHOW {name}")
            for name in ("listen_addresses", "fsync", "data_checksums", "server_encoding")
        }
        socket = Path(str(make_url(server.url).query["host"]))
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert shown == {
        "listen_addresses": "",
        "fsync": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
    }


def test_a_second_start_on_the_same_folder_names_the_owner(folder: Path) -> None:
    with EmbeddedPostgres(folder, settings=FAST) as server:
        second = EmbeddedPostgres(folder, settings=FAST)
        with pytest.raises(MisconfiguredError) as refused:
            second.start()
        assert f"{folder} is in use by process {os.getpid()} (" in str(refused.value)
        assert "AUTOTRADER_DATA_FOLDER" in str(refused.value)
        second.stop()
        assert ask(server.url, "SELECT 1") == 1


def test_stopping_twice_or_before_the_start_is_allowed(folder: Path) -> None:
    server = EmbeddedPostgres(folder, settings=FAST)
    server.stop()
    server.start()
    server.stop()
    server.stop()


def test_a_server_that_was_killed_is_recovered(folder: Path) -> None:
    server = EmbeddedPostgres(folder, settings=FAST)
    ask(server.start(), "CREATE TABLE kept AS SELECT 42 AS answer")
    assert server.process_id is not None
    postmaster = psutil.Process(server.process_id)
    children = postmaster.children()
    postmaster.send_signal(signal.SIGKILL)
    psutil.wait_procs([postmaster, *children], timeout=10)
    server.stop()
    assert (folder / "cluster" / "postmaster.pid").exists()
    with EmbeddedPostgres(folder, settings=FAST) as again:
        assert ask(again.url, "SELECT answer FROM kept") == 42


OWNER = """
import sys
from pathlib import Path
from db.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), settings={"fsync": "off"})
server.start()
print(server.process_id, flush=True)
sys.stdin.read()
"""


def test_the_server_of_an_owner_that_was_killed_is_replaced(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(embedded.__file__).parents[1],
        text=True,
    ) as owner:
        assert owner.stdout is not None
        leftover = int(owner.stdout.readline())
        with pytest.raises(MisconfiguredError, match=f"in use by process {owner.pid} "):
            EmbeddedPostgres(folder).start()
        owner.kill()
    assert runs(leftover)
    with EmbeddedPostgres(folder, settings=FAST) as server:
        assert server.process_id != leftover
        assert ask(server.url, "SELECT 1") == 1
    assert not runs(leftover)


def test_a_process_id_that_now_belongs_to_another_program_is_forgotten(folder: Path) -> None:
    with EmbeddedPostgres(folder, settings=FAST):
        note = (folder / "cluster" / "postmaster.pid").read_text()
    reused = note.replace(note.partition("\n")[0], str(os.getpid()), 1)
    (folder / "cluster" / "postmaster.pid").write_text(reused)
    with EmbeddedPostgres(folder, settings=FAST) as server:
        assert server.process_id not in (None, os.getpid())


def test_a_creation_that_was_interrupted_is_begun_again(folder: Path) -> None:
    unfinished = folder / "cluster.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18")
    with EmbeddedPostgres(folder, settings=FAST) as server:
        assert ask(server.url, "SELECT 1") == 1
    assert not unfinished.exists()


def test_a_folder_with_a_long_path_has_its_socket_elsewhere(folder: Path) -> None:
    deep = folder / ("d" * 60) / ("e" * 60)
    with EmbeddedPostgres(deep, settings=FAST) as server:
        assert ask(server.url, "SELECT 1") == 1
        socket = Path(str(make_url(server.url).query["host"]))
    assert socket.parent == Path(tempfile.gettempdir())
    socket.rmdir()


def test_a_server_that_cannot_start_says_why_and_gives_the_folder_back(folder: Path) -> None:
    with pytest.raises(MisconfiguredError) as refused:
        EmbeddedPostgres(folder, settings={"shared_buffers": "nonsense"}).start()
    message = str(refused.value)
    assert f"pg_ctl failed in {folder}" in message
    assert 'invalid value for parameter "shared_buffers": "nonsense"' in message
    assert "AUTOTRADER_DATABASE_URL" in message
    with EmbeddedPostgres(folder, settings=FAST) as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_missing_package_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_WHEEL", "no_such_wheel")
    with pytest.raises(MisconfiguredError, match="no_such_wheel is not installed"):
        EmbeddedPostgres(folder).start()
