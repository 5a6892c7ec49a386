"""What the desk is doing while a fault strikes: a short random stream of its own actions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random

from cli.faults.arena import Arena
from db.repositories.intents import Intent
from flows.trading_cycle import run_cycle
from tasks.manual import Wish, close_by_hand, execute, quote, reserve
from tasks.resources import Resources
from tasks.sync import synchronise
from trading.positions import Direction
from trading.reasons import Refused

FUNDING = "funding"
"""The action that passes the first funding of a fresh arena."""

_PAST_FUNDING = timedelta(minutes=2)

Act = Callable[[Arena], None]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the desk, or its owner, does."""

    name: str
    act: Act


def cycle(arena: Arena) -> None:
    """The next slot: look, decide, place, resolve, sync."""
    arena.wind_to_next_slot()
    run_cycle(arena.resources, None)


def sync(arena: Arena) -> None:
    """One synchronisation."""
    synchronise(arena.resources)


def close_one(arena: Arena) -> None:
    """The owner closes the first position by hand."""
    held = arena.resources.gateway.positions()
    if held:
        close_by_hand(arena.resources, held[0])


def trader(luck: Random, tell: Callable[[Refused | Intent], None] | None = None) -> Act:
    """A trade by hand in the first symbol that is free; one is closed for it if none is.

    `tell` hears what came of it.
    """
    is_long = luck.random() < 0.5
    stop, target = Decimal(luck.randint(3, 20)) / 1000, Decimal(luck.randint(5, 40)) / 1000

    def act(arena: Arena) -> None:
        resources = arena.resources
        held = {position.symbol: position for position in resources.gateway.positions()}
        free = [symbol for symbol in resources.desk.symbols if symbol not in held]
        if not free:
            free = [resources.desk.symbols[0]]
            close_by_hand(resources, held[free[0]])
            synchronise(resources)
        ended = _enter(resources, _wish(resources, free[0], stop, target, is_long=is_long))
        if tell is not None:
            tell(ended)

    return act


def _wish(
    resources: Resources, symbol: str, stop: Decimal, target: Decimal, *, is_long: bool
) -> Wish:
    last = resources.gateway.ticker(symbol).last
    if is_long:
        return Wish(symbol, Direction.LONG, last * (1 - stop), last * (1 + target))
    return Wish(symbol, Direction.SHORT, last * (1 + stop), last * (1 - target))


def _enter(resources: Resources, wish: Wish) -> Refused | Intent:
    quoted = quote(resources, wish)
    reserved = quoted if isinstance(quoted, Refused) else reserve(resources, quoted)
    return reserved if isinstance(reserved, Refused) else execute(resources, reserved)


def stream(luck: Random, wanted: Sequence[str] = ()) -> tuple[Action, ...]:
    """An entry first, so that there is something to lose; then what may come, and a sync.

    `wanted` actions come right after the entry.
    """
    actions = [_action(luck.choices(("trade", "cycle"), weights=(3, 1))[0], luck)]
    actions += [_action(name, luck) for name in wanted]
    for _ in range(luck.randint(0, 2)):
        name = luck.choices(("trade", "cycle", "pass", "close"), weights=(3, 1, 3, 2))[0]
        actions.append(_action(name, luck))
    return (*actions, Action("sync", sync))


def _action(name: str, luck: Random) -> Action:
    if name == "pass":
        by = timedelta(seconds=luck.choice((5, 30, 120)))
        return Action(f"pass {by}", lambda arena: arena.wind(by))
    if name == FUNDING:
        return Action(name, lambda arena: arena.wind(_PAST_FUNDING))
    if name == "trade":
        return Action(name, trader(luck))
    return Action(name, {"cycle": cycle, "close": close_one}[name])
