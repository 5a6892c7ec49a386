"""Pushed values refuse what cannot be."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from trading.errors import InvariantError
from trading.orders import PositionIndex
from trading.pushes import FlatPosition, Quote, StreamMessage

AT = datetime(2026, 1, 1, tzinfo=UTC)
LOCAL = datetime(2026, 1, 1)  # noqa: DTZ001 -- what must be refused


@pytest.mark.parametrize("name", ["last", "mark", "bid", "ask"])
def test_a_quote_without_a_price_is_refused(name: str) -> None:
    prices = dict.fromkeys(("last", "mark", "bid", "ask"), Decimal(1))

    with pytest.raises(InvariantError, match=f"BTCUSDT {name} price"):
        Quote("BTCUSDT", **(prices | {name: Decimal(0)}), quoted_at=AT)


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(InvariantError, match="quoted_at"):
        Quote("BTCUSDT", Decimal(1), Decimal(1), Decimal(1), Decimal(1), LOCAL)
    with pytest.raises(InvariantError, match="updated_at"):
        FlatPosition("BTCUSDT", PositionIndex.ONE_WAY, LOCAL, 1)
    with pytest.raises(InvariantError, match="pushed_at"):
        StreamMessage("order", (), (), LOCAL, AT)
    with pytest.raises(InvariantError, match="received_at"):
        StreamMessage("order", (), (), AT, LOCAL)
