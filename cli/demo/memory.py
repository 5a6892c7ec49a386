"""The largest memory of each process of a demo, sampled while it runs."""

import os
from collections.abc import Mapping
from contextlib import suppress

import psutil

_MIB = 1024 * 1024


class PeakMemory:
    """Peaks by name. Memory that processes of a tree share counts once."""

    def __init__(self, roots: Mapping[str, int | None]) -> None:
        """`roots` are process ids by name; None for a process that is not ours to see."""
        self._roots = {"desk": os.getpid(), **roots}
        self._peaks = dict.fromkeys(self._roots, 0)

    def sample(self) -> None:
        """Look once."""
        others = {one for one in self._roots.values() if one is not None}
        for name, root in self._roots.items():
            if root is not None:
                self._peaks[name] = max(self._peaks[name], _bytes_of(root, others - {root}))

    def in_mib(self) -> dict[str, int]:
        """The peaks in MiB, of the processes that were seen."""
        return {name: round(peak / _MIB) for name, peak in self._peaks.items() if peak}


def _bytes_of(root: int, others: set[int]) -> int:
    """What a process and its descendants hold, without those counted under their own name."""
    own, shared = 0, 0
    for process in _tree(root, others):
        with suppress(psutil.Error):
            memory = process.memory_info()
            # Only Linux says how much of it is shared.
            part = getattr(memory, "shared", 0)
            own, shared = own + memory.rss - part, max(shared, part)
    return own + shared


def _tree(root: int, others: set[int]) -> list[psutil.Process]:
    with suppress(psutil.Error):
        process = psutil.Process(root)
        if root == os.getpid():
            return [process]
        return [
            process,
            *(one for one in process.children(recursive=True) if one.pid not in others),
        ]
    return []
