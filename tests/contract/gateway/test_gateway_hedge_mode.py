"""Both legs of hedge mode, as the owner may have set it in the exchange's app."""

from decimal import Decimal

import pytest
from pybit.unified_trading import HTTP

from tests.contract.gateway.conftest import SYMBOL, Venue, long_entry
from trading.orders import PositionIndex, Side
from trading.positions import Direction, PositionMode
from trading.risk import approve_reduction


@pytest.fixture
def hedged(venue: Venue) -> Venue:
    """A venue whose owner switched the symbol to hedge mode by other means than the desk."""
    app = HTTP(api_key=venue.api_key, api_secret=venue.api_secret)
    app.endpoint = venue.rest
    app.client.trust_env = False
    app.switch_position_mode(category="linear", symbol=SYMBOL, mode=3)
    app.client.close()
    return venue


def test_long_and_short_stand_side_by_side_each_with_its_own_stop(hedged: Venue) -> None:
    gateway = hedged.gateway
    ticker = gateway.ticker(SYMBOL)
    assert gateway.position_mode(SYMBOL) is PositionMode.HEDGE

    gateway.place(long_entry(ticker, "at-long", position_index=PositionIndex.HEDGE_LONG))
    gateway.place(
        long_entry(
            ticker,
            "at-short",
            side=Side.SELL,
            stop_loss=ticker.last + 1000,
            take_profit=None,
            position_index=PositionIndex.HEDGE_SHORT,
        )
    )
    gateway.set_protection(
        SYMBOL,
        stop_loss=ticker.last + 2000,
        take_profit=None,
        position_index=PositionIndex.HEDGE_SHORT,
    )

    legs = {position.position_index: position for position in gateway.positions()}
    assert legs[PositionIndex.HEDGE_LONG].direction is Direction.LONG
    assert legs[PositionIndex.HEDGE_LONG].stop_loss == long_entry(ticker, "x").order.stop_loss
    assert legs[PositionIndex.HEDGE_SHORT].stop_loss == ticker.last + 2000


def test_closing_one_leg_leaves_the_other(hedged: Venue) -> None:
    gateway = hedged.gateway
    ticker = gateway.ticker(SYMBOL)
    gateway.place(long_entry(ticker, "at-long", position_index=PositionIndex.HEDGE_LONG))
    gateway.place(
        long_entry(
            ticker,
            "at-short",
            side=Side.SELL,
            stop_loss=ticker.last + 1000,
            take_profit=None,
            position_index=PositionIndex.HEDGE_SHORT,
        )
    )
    long_leg = next(item for item in gateway.positions() if item.direction is Direction.LONG)

    gateway.place(approve_reduction(long_leg, None, link_id="at-close"))

    (left,) = gateway.positions()
    assert left.direction is Direction.SHORT
    assert left.quantity == Decimal("0.010")
