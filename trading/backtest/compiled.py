"""How the kernel's functions are compiled, and when a compiled one may be used again."""

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])

_OPTIONS: Any = {"nogil": True, "_nrt": False}  # `Any`: numba's types do not know `_nrt`
_SOURCES = ("compiled", "exit_rules", "kernel*", "market", "records*", "refusals", "live_twins/*")


def inner(function: Function) -> Function:
    """Compile a function that only compiled functions call.

    Without numba's reference counting (`_nrt`): it counts every array at every call, which made
    the kernel three times slower. So none of these may make or return an array.
    """
    compiled: Function = njit(**_OPTIONS)(function)
    return compiled


def summing(function: Function) -> Function:
    """Compile an `inner` function that may add its numbers in any order: many at once."""
    compiled: Function = njit(**_OPTIONS, fastmath={"reassoc"})(function)
    return compiled


def inlined(function: Function) -> Function:
    """Compile a function into each of its callers.

    For those that take the `World`: its arrays, more than a hundred words, would be copied at
    every call, which costs as much as a whole trade.
    """
    compiled: Function = njit(**_OPTIONS, forceinline=True)(function)
    return compiled


@inner
def unsigned(place: int) -> int:
    """The same place for a loop to count from: one without a sign is never counted from the end.

    Every access by a signed place asks first whether it is below 0, which costs as much as a
    whole bar in which nothing happens, and keeps the compiler from doing several bars at once.
    """
    return np.uintp(place)  # type: ignore[return-value]  # an int to Python, as numba sees it


@inner
def signed(place: int) -> int:
    """The place an `unsigned` loop came to, for everybody else."""
    return np.intp(place)  # type: ignore[return-value]  # an int to Python, as numba sees it


def entry(function: Function) -> Function:
    """Compile a function of the kernel that Python calls, and keep the result on disk.

    Numba looks whether the file of the function itself has changed. This one also contains what
    it calls in other files, so the name of its cache file holds a fingerprint of all of them.
    """
    function.__qualname__ = f"{function.__qualname__}_{_fingerprint()}"
    compiled: Function = njit(**_OPTIONS, cache=True)(function)
    return compiled


def _fingerprint() -> str:
    folder = Path(__file__).parent
    digest = blake2b(digest_size=8)
    for pattern in _SOURCES:
        for source in sorted(folder.glob(f"{pattern}.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()
