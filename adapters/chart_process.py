"""Charts drawn by a process beside this one, whose interpreter has other work meanwhile.

Not one of Python's own pools: their processes import the main module first, which in a run of
the scheduler's is all of Prefect, and takes longer than the pictures of a cycle.
"""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock, Thread

import structlog

from trading.chart import ChartImage, ChartInput

log = structlog.get_logger()

PATIENCE = timedelta(seconds=20)
"""How long a picture may take, the start of the process and the pictures before it included."""

WORTH_A_PROCESS = 8
"""So many charts: to start the process takes as much of a processor as to draw ten."""

Draw = Callable[[ChartInput], ChartImage]
"""Draws a chart; equal inputs give equal bytes."""

_WORKER = "adapters.chart_worker"
_ROOT = Path(__file__).parents[1]


@contextmanager
def drawn_beside(here: Draw, *, charts: int) -> Iterator[Draw]:
    """Draws in a process of its own while the block runs; what that does not draw, `here` does.

    `charts` says about how many there will be: for a few, or on a single processor, there is no
    process. It starts at once, and nobody waits until it is ready. Threads may share it.
    """
    process = _started() if charts >= WORTH_A_PROCESS and os.cpu_count() != 1 else None
    if process is None:
        yield here
        return
    with closing(process):
        yield lambda chart: process.draw(chart) or here(chart)


class ChartProcess:
    """A process that draws, in the order of asking. Safe to share; close it when done."""

    def __init__(self, patience: timedelta = PATIENCE) -> None:
        """Start it. Raises OSError where this machine cannot."""
        self._patience = patience
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = _start(theirs)
        self._turn = Lock()
        self._waiting: deque[Future[ChartImage]] = deque()
        self._has_ended = False
        self._reader = Thread(target=self._receive, name="charts", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def draw(self, chart: ChartInput) -> ChartImage | None:
        """The picture; None where the process has ended. One slower than `patience` is ended."""
        drawing = self._ask(chart)
        try:
            return drawing.result(self._patience.total_seconds())
        except CancelledError:
            return None
        except TimeoutError:
            log.warning("charts were not drawn in time; the desk draws them", after=self._patience)
            self._process.kill()
            return None

    def close(self) -> None:
        """Kill it and wait until it is gone: nothing that it could do is worth keeping."""
        self._process.kill()
        self._process.wait()
        # Not for ever: a process that was forked just then would hold the pipe open.
        self._reader.join(timeout=1)

    def _ask(self, chart: ChartInput) -> Future[ChartImage]:
        """The picture to come; cancelled when the process ends before it is drawn."""
        drawing: Future[ChartImage] = Future()
        # Not the pipe's own pickler, which takes five times as long over a hundred candles.
        packed = pickle.dumps(chart.visible())
        with self._turn:
            if self._has_ended:
                drawing.cancel()
                return drawing
            # Before it is sent: the picture may be there before this thread goes on.
            self._waiting.append(drawing)
            with suppress(OSError):  # the process has ended, which the reader sees as well
                self._pipe.send_bytes(packed)
        return drawing

    def _receive(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                picture: ChartImage = self._pipe.recv()
                self._waiting.popleft().set_result(picture)
        with self._turn:
            self._has_ended = True
            self._pipe.close()
        for drawing in self._waiting:
            drawing.cancel()


def _started() -> ChartProcess | None:
    try:
        return ChartProcess()
    except OSError as error:
        log.warning("no process for charts; the desk draws them", why=str(error))
        return None


def _start(pipe: Connection) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 -- no shell, and the command is ours
        [sys.executable, "-P", "-m", _WORKER, str(pipe.fileno())],
        # The very code that runs here, and nothing else of the owner's environment.
        env={"PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[pipe.fileno()],
    )
