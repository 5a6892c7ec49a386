"""Whom a fault that acts on the engine touches: what its match admits at that moment."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from exchange_sim.engine.errors import VenueError
from exchange_sim.engine.exchange import Exchange
from exchange_sim.engine.model import Position
from exchange_sim.faults.injection import Activation, FaultEvent
from exchange_sim.market.feed import Market

Target = TypeVar("Target")


@dataclass(frozen=True, slots=True)
class Held:
    """An open position and whose it is."""

    account: str
    position: Position


def accounts_of(exchange: Exchange, activation: Activation) -> list[str]:
    """The accounts the fault touches."""
    wanted = activation.injection.match.account
    return [name for name in exchange.accounts if wanted in {None, name}]


def symbols_of(market: Market, activation: Activation) -> list[str]:
    """The symbols the fault touches, whatever the side or account."""
    wanted = activation.injection.match.symbol
    return [symbol for symbol in market.symbols if wanted is None or wanted.search(symbol)]


def positions_of(exchange: Exchange, activation: Activation) -> Iterator[Held]:
    """The open positions the fault touches."""
    for account in accounts_of(exchange, activation):
        for position in exchange.positions(account):
            assert position.side is not None, "an open position has a side"
            event = FaultEvent(
                now_ms=exchange.now_ms,
                account=account,
                symbol=position.symbol,
                side=position.side.value,
            )
            if activation.injection.match.admits(event):
                yield Held(account, position)


def for_each(targets: Iterable[Target], act: Callable[[Target], str], nothing: str) -> str:
    """Act on every target; in words what happened, `nothing` without a target.

    Raises: VenueError if the venue refused all of it.
    """
    done, refusals = [], []
    for target in list(targets):
        try:
            done.append(act(target))
        except VenueError as refusal:
            refusals.append(refusal)
    if refusals and not done:
        raise refusals[0]
    return "; ".join([*done, *(f"refused: {refusal}" for refusal in refusals)]) or nothing
