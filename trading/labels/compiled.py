"""How the labeller's kernel is compiled, and when a compiled one may be used again."""

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])

_OPTIONS: Any = {"nogil": True, "_nrt": False}  # as `trading.backtest.compiled` explains
_SOURCES = (
    "labels/compiled",
    "labels/kernel*",
    "labels/label_costs",
    "labels/path_columns",
    "labels/rows",
    "labels/states",
    "backtest/compiled",
    "backtest/live_twins/ties",
)


def entry(function: Function) -> Function:
    """Compile the function that Python calls, and keep the result on disk.

    The name of its cache file holds a fingerprint of every source it contains, as that of the
    backtest's kernel does.
    """
    function.__qualname__ = f"{function.__qualname__}_{_fingerprint()}"
    compiled: Function = njit(**_OPTIONS, cache=True)(function)
    return compiled


def _fingerprint() -> str:
    folder = Path(__file__).parents[1]
    digest = blake2b(digest_size=8)
    for pattern in _SOURCES:
        for source in sorted(folder.glob(f"{pattern}.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()
