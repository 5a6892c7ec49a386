"""Measurements in a process of their own: none inherits connections or warm caches of another."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import active_children, get_context
from typing import ParamSpec, TypeVar

from cli.stack.interruption import ended_by_signals

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def in_own_process(
    work: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
) -> Result:
    """What `work`, a function of a module, returns or raises in a fresh process.

    Prefect's background services keep the address of the first server they met, so a process
    cannot report to two servers, one after the other.
    """
    # Spawned: a forked child would share the locks of this process's threads.
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(_interruptible, partial(work, *arguments, **named)).result()
        except KeyboardInterrupt:
            # Ctrl-C reached it as well, SIGTERM did not; it stops what it started.
            for process in active_children():
                process.terminate()
            raise


def _interruptible(work: Callable[[], Result]) -> Result:
    with ended_by_signals():
        return work()
