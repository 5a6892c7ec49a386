"""Is a socket still alive: the watchdog that pybit does not have (bybit_v5.md §5.3, F5).

pybit's reader may die without a word, or go on for ever beside a peer that sends nothing more.
So three things are looked at: whether the connection stands, whether its thread failed, and how
long ago anything was heard. Silence of data alone proves nothing: an account at rest has none.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """What is to be thought of a socket. Everything but ALIVE asks for a new one."""

    ALIVE = "alive"
    FAILED = "failed"
    DISCONNECTED = "disconnected"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class SocketState:
    """A socket at one moment.

    `failure` is what its thread reported, "" for nothing. `heard_before` is the time since the
    last frame of any kind, answers to pings among them.
    """

    is_connected: bool
    has_exited: bool
    failure: str
    heard_before: timedelta


def judge_socket(state: SocketState, *, longest_silence: timedelta) -> Verdict:
    """What is to be thought of it. A failure is named before the disconnection it leads to."""
    if state.failure:
        return Verdict.FAILED
    if state.has_exited or not state.is_connected:
        return Verdict.DISCONNECTED
    if state.heard_before > longest_silence:
        return Verdict.SILENT
    return Verdict.ALIVE
