"""A file that is named is read, or it is said why not; nothing is waited for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.uploaded_file import read_upload_file
from adapters.uploaded_image import MAXIMUM_BYTES, read_upload
from tests.adapters.uploads.pictures import encoded, picture
from trading.errors import BadUploadError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.png"


def missing(path: Path) -> None:
    """Nothing is there."""


def under_a_file(path: Path) -> None:
    path.parent.joinpath("file").touch()
    path.symlink_to(path.parent / "file" / "mine.png")


def loop(path: Path) -> None:
    path.symlink_to(path)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def locked(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path.touch(mode=0)


def heavy(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(30 * MAXIMUM_BYTES)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (missing, "cannot be read: No such file or directory; give a picture file"),
        (under_a_file, "cannot be read: Not a directory; give a picture file"),
        (loop, "cannot be read: Too many levels of symbolic links; give a picture file"),
        (locked, "cannot be read: Permission denied; give a picture file"),
        (Path.mkdir, "this is a folder, a pipe or a device; give a picture file"),
        (pipe, "this is a folder, a pipe or a device; give a picture file"),
        (device, "this is a folder, a pipe or a device; give a picture file"),
        (Path.touch, "the file is empty; allowed is one still PNG"),
        (heavy, "the file has 314572800 bytes, more than 10485760; allowed is one still PNG"),
    ],
)
def test_what_cannot_be_read_is_named(
    path: Path, make: Callable[[Path], object], said: str
) -> None:
    make(path)

    with pytest.raises(BadUploadError) as refused:
        read_upload_file(path)

    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_picture_is_read_by_its_contents_and_through_a_link(path: Path, tmp_path: Path) -> None:
    stored = tmp_path / "holiday.exe"
    stored.write_bytes(encoded(picture(), "WEBP"))
    path.symlink_to(stored)

    assert read_upload_file(path) == read_upload(stored.read_bytes())
