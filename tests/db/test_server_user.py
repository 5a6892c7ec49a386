"""The server runs as nobody important, and its folders let it pass."""

import os
import pwd
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from db.server_user import NAME, ServerUser, allow_search, own_folder, server_user
from trading.errors import MisconfiguredError


def unknown(name: str) -> None:
    raise KeyError(name)


def test_we_run_it_ourselves_unless_we_are_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert server_user() == ServerUser(None, None, None)


def test_root_runs_it_as_its_own_user_without_roots_groups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = SimpleNamespace(pw_uid=998, pw_gid=997)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", {NAME: account}.__getitem__)
    assert server_user() == ServerUser(998, 997, ())


def test_root_is_told_what_to_do_when_the_user_cannot_be_created(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", unknown)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MisconfiguredError, match=f"the user {NAME} could not be created") as no:
        server_user()
    assert "AUTOTRADER_DATABASE_URL" in str(no.value)


def test_root_creates_the_user_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    created = tmp_path / "created"
    useradd = tmp_path / "useradd"
    useradd.write_text(f'#!/bin/sh\necho "$@" > {created}\n')
    useradd.chmod(0o755)

    def lookup(name: str) -> SimpleNamespace:
        if not created.exists():
            raise KeyError(name)
        return SimpleNamespace(pw_uid=998, pw_gid=997)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", lookup)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert server_user() == ServerUser(998, 997, ())
    assert created.read_text().split() == [
        "--system",
        "--no-create-home",
        "--shell",
        "/bin/false",
        NAME,
    ]


def test_the_servers_folder_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "cluster"
    own_folder(folder, ServerUser(os.geteuid(), os.getegid(), ()))
    folder.chmod(0o777)
    own_folder(folder, ServerUser())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_link_in_place_of_the_servers_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "socket").symlink_to("/etc")
    with pytest.raises(MisconfiguredError, match="is a symbolic link to /etc; remove it"):
        own_folder(tmp_path / "socket", ServerUser())


def test_search_lets_others_pass_but_not_look(tmp_path: Path) -> None:
    inner = tmp_path / "private" / "data"
    inner.mkdir(parents=True)
    inner.parent.chmod(0o700)
    inner.chmod(0o755)
    allow_search(inner)
    assert stat.S_IMODE(inner.parent.stat().st_mode) == 0o701
    assert stat.S_IMODE(inner.stat().st_mode) == 0o755
