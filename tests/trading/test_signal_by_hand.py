from decimal import Decimal

import pytest

from tests.trading import builders
from trading.conditions import Conditions
from trading.positions import Direction
from trading.reasons import Reason, Refused
from trading.signals import Signal, signal_by_hand

MARKET = builders.snapshot_at_40000()


def by_hand(direction: Direction, stop: str, target: str) -> Signal | Refused:
    return signal_by_hand(
        direction,
        Decimal(stop),
        Decimal(target),
        instrument=MARKET.instrument,
        ticker=MARKET.ticker,
    )


def test_a_wish_of_the_owner_becomes_a_signal_at_the_price_of_the_book() -> None:
    assert by_hand(Direction.LONG, "39000", "42000") == Signal(
        symbol="BTCUSDT",
        direction=Direction.LONG,
        entry_price=MARKET.ticker.ask,
        stop_loss=Decimal(39_000),
        take_profit=Decimal(42_000),
        spread_bps=MARKET.ticker.spread_bps,
        created_at=MARKET.ticker.taken_at,
        analyst="owner",
        conditions=Conditions(
            MARKET.ticker.funding_rate,
            MARKET.ticker.next_funding_at,
            MARKET.instrument.funding_interval,
        ),
    )


def test_levels_are_rounded_against_the_owner() -> None:
    signal = by_hand(Direction.SHORT, "41000.3", "39000.2")
    assert isinstance(signal, Signal)
    assert (signal.stop_loss, signal.take_profit) == (Decimal("41000.5"), Decimal("39000.5"))
    assert len(signal.adjustments) == 2


@pytest.mark.parametrize(
    ("direction", "stop", "target"),
    [
        (Direction.LONG, "42000", "39000"),
        (Direction.SHORT, "39000", "42000"),
        (Direction.LONG, "40000", "42000"),
        (Direction.LONG, "39000", "40001"),
    ],
)
def test_the_market_must_lie_between_stop_and_target(
    direction: Direction, stop: str, target: str
) -> None:
    refused = by_hand(direction, stop, target)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.SIGNAL_STOP_SIDE
