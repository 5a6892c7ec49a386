"""What goes wrong in a soak, hour by hour, and what the owner puts right after it."""

from random import Random

from cli.faults.arena import Arena
from cli.faults.cases import Case, Trait
from cli.faults.catalogue import CASES
from cli.faults.exercise import attempt
from cli.faults.stream import Action, close_one, sync

_TROUBLED_SHARE = 0.5
_LASTING = frozenset({"mkt.delist"})
"""What cannot be taken back: after it there would be nothing left to trade."""

_MODE_BACK: dict[str, object] = {"name": "pos.mode_switched", "parameters": {"mode": 0}}


def drawn_fault(luck: Random) -> Case | None:
    """The fault of the next hour, or None for an hour in which all is well.

    Never two at once: bounds on the time to react hold while the exchange takes a stop at all, and
    of two faults one may be what keeps it from that.
    """
    if luck.random() > _TROUBLED_SHARE:
        return None
    return luck.choice([case for case in CASES if case.name not in _LASTING])


def put_right(arena: Arena, case: Case) -> None:
    """What the owner does by hand: close what another hand opened, switch a mode back."""
    if Trait.FOREIGN not in case.traits:
        return
    for _ in arena.resources.desk.symbols:
        attempt(arena, Action("close", close_one))
        attempt(arena, Action("sync", sync))
    if case.name == _MODE_BACK["name"]:
        arena.control.switch_on(_MODE_BACK)
        arena.control.switch_off()
