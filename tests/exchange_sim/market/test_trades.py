"""Public trades along the path."""

from uuid import UUID

import numpy as np
import pytest

from exchange_sim.market.path import Ticks
from exchange_sim.market.trades import Direction, last_direction, trades_of


def ticks(prices: list[float], volumes: list[float]) -> Ticks:
    last = np.array(prices)
    return Ticks(np.arange(len(prices)) * 10, last, last, np.array(volumes))


def test_rises_are_bought_and_falls_are_sold() -> None:
    trades = trades_of("BTCUSDT", ticks([5, 6, 6, 5, 5], [1] * 5), 3)
    assert [(trade.side, trade.tick_direction) for trade in trades] == [
        ("Buy", "PlusTick"),
        ("Buy", "ZeroPlusTick"),
        ("Sell", "MinusTick"),
        ("Sell", "ZeroMinusTick"),
    ]


def test_moments_without_volume_print_nothing() -> None:
    trades = trades_of("BTCUSDT", ticks([5, 6, 7], [1, 0, 2]), 3)
    assert [(trade.ts_ms, trade.price, trade.size) for trade in trades] == [(20, 7, 2)]


def test_ids_are_uuids_unique_per_symbol_and_time_and_the_same_every_time() -> None:
    path = ticks([5, 6, 7], [1, 1, 1])
    bitcoin, ether = trades_of("BTCUSDT", path, 3), trades_of("ETHUSDT", path, 3)
    ids = [trade.trade_id for trade in bitcoin + ether]
    assert len(set(ids)) == 4
    assert all(str(UUID(identity)) == identity for identity in ids)
    assert trades_of("BTCUSDT", path, 3) == bitcoin


@pytest.mark.parametrize(
    ("prices", "direction"),
    [
        ([5], Direction.UNCHANGED_AFTER_RISE),
        ([5, 6], Direction.RISE),
        ([6, 5], Direction.FALL),
        ([6, 5, 5], Direction.UNCHANGED_AFTER_FALL),
    ],
)
def test_the_last_direction_is_that_of_the_last_change(
    prices: list[float], direction: Direction
) -> None:
    assert last_direction(ticks(prices, [1] * len(prices))) is direction
