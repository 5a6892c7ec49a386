"""What a child process prints: into its log, and the end of it at hand for error messages."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

Sink = Callable[[str], None]
"""Takes one line, without its line end."""

_KEPT_LINES = 20


class ChildOutput:
    """Reads the output of a child to its end, in a thread of its own.

    `log` is a file that is appended to, or takes each line. With `announces`, the first line that
    is a JSON object is kept as the announcement and not logged, because it may hold keys.
    """

    def __init__(self, stream: IO[str], log: Path | Sink, *, announces: bool) -> None:
        self.announcement: str | None = None
        self._stream = stream
        self._log = log
        self._announces = announces
        self._last: deque[str] = deque(maxlen=_KEPT_LINES)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def last_lines(self) -> list[str]:
        """The newest lines, oldest first."""
        return list(self._last)

    def drain(self, *, timeout: float) -> None:
        """Wait for the last line, at most `timeout` seconds."""
        self._thread.join(timeout)

    def close(self) -> None:
        """Wait for the last line; the child has ended."""
        self._thread.join()
        self._stream.close()

    def _read(self) -> None:
        with _sink(self._log) as write:
            for raw in self._stream:
                line = raw.rstrip("\n")
                if self._announces and self.announcement is None and line.startswith("{"):
                    self.announcement = line
                    continue
                self._last.append(line)
                write(line)


@contextmanager
def _sink(log: Path | Sink) -> Iterator[Sink]:
    if not isinstance(log, Path):
        yield log
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8", buffering=1) as file:
        yield lambda line: print(line, file=file)
