"""One owner per folder, known by its process id; a dead owner's lock is free at once."""

import fcntl
import os
from pathlib import Path
from typing import IO

import psutil

from trading.errors import MisconfiguredError


class FolderLock:
    """An advisory lock on a file in the folder.

    The kernel drops it when the process ends, however it ends, so no lock outlives its owner. The
    process id in the file is only for the message to whoever comes second.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "owner.lock"
        self._file: IO[str] | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object owns the folder."""
        return self._file is not None

    def take(self) -> None:
        """Own the folder. Raises MisconfiguredError naming the process that owns it already."""
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = _describe(self._path.read_text())
            file.close()
            message = (
                f"the data folder {self._path.parent} is in use by {owner}; "
                "stop it first, or choose another folder with AUTOTRADER_DATA_FOLDER"
            )
            raise MisconfiguredError(message) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def give_back(self) -> None:
        """Let others own the folder."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _describe(text: str) -> str:
    if not text.isdigit():
        return "another process"
    try:
        command = " ".join(psutil.Process(int(text)).cmdline()[:4])
    except psutil.Error:
        return f"process {text}"
    return f"process {text} ({command})"
