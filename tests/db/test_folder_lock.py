"""A folder has one owner, and a second is told who it is."""

import os
import subprocess
from pathlib import Path

import pytest

from db.folder_lock import FolderLock
from trading.errors import MisconfiguredError


def test_the_second_is_refused_until_the_first_gives_the_folder_back(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.take()
    with pytest.raises(MisconfiguredError, match=f"in use by process {os.getpid()} "):
        second.take()
    assert (first.is_held, second.is_held) == (True, False)
    first.give_back()
    second.take()
    assert (first.is_held, second.is_held) == (False, True)
    second.give_back()


def test_giving_back_what_is_not_held_is_allowed(tmp_path: Path) -> None:
    FolderLock(tmp_path).give_back()


@pytest.mark.parametrize("written", ["", "garbage"])
def test_an_owner_that_has_not_written_its_id_is_another_process(
    written: str, tmp_path: Path
) -> None:
    first = FolderLock(tmp_path)
    first.take()
    (tmp_path / "owner.lock").write_text(written)
    with pytest.raises(MisconfiguredError, match="in use by another process;"):
        FolderLock(tmp_path).take()
    first.give_back()


def test_an_owner_that_cannot_be_inspected_is_named_by_its_id(tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as ended:
        pass
    first = FolderLock(tmp_path)
    first.take()
    (tmp_path / "owner.lock").write_text(str(ended.pid))
    with pytest.raises(MisconfiguredError, match=f"in use by process {ended.pid};"):
        FolderLock(tmp_path).take()
    first.give_back()
