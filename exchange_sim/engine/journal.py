"""The exchange's memory on disk: one JSON line per accepted input, written before it is applied.

Only inputs are kept, first the configuration; replaying them gives the same state with the same
ids. Lines survive a killed process (they are handed to the operating system one by one); they are
not forced to the platter, which a simulator does not need.
"""

import fcntl
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from exchange_sim.engine.errors import JournalError
from exchange_sim.engine.wire_fields import Json

_log = logging.getLogger(__name__)
JsonObject = dict[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """One input: what was done at which market time, by whom, with which parameters."""

    at_ms: int
    action: str
    account: str = ""
    params: Mapping[str, object] | None = None


class Journal(Protocol):
    """Where inputs are kept."""

    @property
    def entries(self) -> Sequence[Entry]:
        """The inputs found when it was opened, oldest first."""
        ...

    def append(self, entry: Entry) -> None:
        """Keep one more input. Raises: JournalError if it could not be kept."""
        ...

    def close(self) -> None:
        """Let others use it."""
        ...


class NoJournal:
    """Keeps nothing: for a venue that starts afresh each time."""

    entries: Sequence[Entry] = ()

    def append(self, entry: Entry) -> None:
        """Forget the input."""

    def close(self) -> None:
        """Nothing to release."""


class FileJournal:
    """An append-only file, locked against a second process."""

    def __init__(self, path: Path, config: Mapping[str, Json]) -> None:
        """Open or create the journal of a venue with this configuration.

        `config` names all the result depends on besides the inputs: market, start, fees, matching.
        Raises: JournalError if it is damaged, belongs to another configuration or is in use.
        """
        self._path = path
        self._damaged = False
        self._file = _open_locked(path)
        try:
            self.entries: Sequence[Entry] = self._read(dict(config))
        except JournalError:
            os.close(self._file)
            raise

    def append(self, entry: Entry) -> None:
        """Write one line; after a failure the file is as before and JournalError is raised."""
        if self._damaged:
            message = f"{self._path} ends in half a line: free disk space and restart the exchange"
            raise JournalError(message)
        self._write(_to_json(entry))

    def close(self) -> None:
        """Close the file, which also releases the lock."""
        os.close(self._file)

    def _read(self, config: JsonObject) -> list[Entry]:
        lines = self._whole_lines()
        if not lines:
            self._write(config)
            return []
        found = _parse_line(self._path, 1, lines[0])
        if found != config:
            raise JournalError(_foreign(self._path, found, config))
        return [
            _to_entry(self._path, number, line) for number, line in enumerate(lines[1:], start=2)
        ]

    def _whole_lines(self) -> list[bytes]:
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            _log.warning(
                "dropped the half-written last line of %s (%d bytes): the process was stopped "
                "while writing it and the command was not applied",
                self._path,
                len(content) - whole,
            )
            os.ftruncate(self._file, whole)
        return content[:whole].splitlines()

    def _write(self, value: JsonObject) -> None:
        line = json.dumps(value, separators=(",", ":")).encode() + b"\n"
        size = os.fstat(self._file).st_size
        try:
            _write_all(self._file, line)
        except OSError as error:
            self._take_back(size)
            message = (
                f"cannot write {self._path}: {error.strerror}; the command was not applied: "
                "free disk space and send it again"
            )
            raise JournalError(message) from error

    def _take_back(self, size: int) -> None:
        try:
            os.ftruncate(self._file, size)
        except OSError:
            self._damaged = True


def _open_locked(path: Path) -> int:
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        message = f"cannot open the journal {path}: {error.strerror}; choose a writable file"
        raise JournalError(message) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        message = f"{path} is in use by another process: stop it or choose another journal"
        raise JournalError(message) from None
    return file


def _write_all(file: int, line: bytes) -> None:
    written = 0
    while written < len(line):
        written += os.write(file, line[written:])


def _to_json(entry: Entry) -> JsonObject:
    value: JsonObject = {"at": entry.at_ms, "do": entry.action}
    if entry.account:
        value["account"] = entry.account
    if entry.params:
        value["with"] = dict(entry.params)
    return value


def _to_entry(path: Path, number: int, line: bytes) -> Entry:
    value = _parse_line(path, number, line)
    at_ms, action, account = value.get("at"), value.get("do"), value.get("account", "")
    params = value.get("with")
    if (
        isinstance(at_ms, int)
        and isinstance(action, str)
        and isinstance(account, str)
        and (params is None or isinstance(params, dict))
    ):
        return Entry(at_ms, action, account, params)
    raise JournalError(_broken(path, number, line))


def _parse_line(path: Path, number: int, line: bytes) -> JsonObject:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise JournalError(_broken(path, number, line))
    return value


def _broken(path: Path, number: int, line: bytes) -> str:
    return (
        f"{path}, line {number} is damaged: {line[:60]!r}; restore the file from a copy or start "
        "with a new journal"
    )


def _foreign(path: Path, found: JsonObject, config: JsonObject) -> str:
    names = sorted(set(found) | set(config))
    differing = [
        f"{name} was {found.get(name)!r} and is now {config.get(name)!r}"
        for name in names
        if found.get(name) != config.get(name)
    ]
    return (
        f"{path} belongs to another exchange: {'; '.join(differing)}. Start with the former "
        "settings or choose another journal"
    )
