"""An exchange that dies and comes back: nothing is taken for done or undone without a look."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.gateway.conftest import SYMBOL, Venue, long_entry
from trading.errors import ExchangeOutcomeUnknownError, ExchangeRetryableError
from trading.orders import OrderStatus


def test_an_order_sent_to_a_dead_exchange_is_never_called_refused(venue: Venue) -> None:
    approved = long_entry(venue.gateway.ticker(SYMBOL), "at-entry")
    venue.kill()

    with pytest.raises((ExchangeRetryableError, ExchangeOutcomeUnknownError)):
        venue.gateway.place(approved)
    with pytest.raises(ExchangeRetryableError, match="was not sent"):
        venue.gateway.place(approved)


def test_an_order_is_found_again_after_the_exchange_restarted(
    open_venue: Callable[..., Venue], tmp_path: Path
) -> None:
    options = (
        "--speed", "step", "--symbols", SYMBOL, "--journal", str(tmp_path / "journal"),
        "--start", "2026-01-05T00:00:00Z", "--api-key", "key", "--api-secret", "secret",
    )  # fmt: skip
    before = open_venue(*options)
    approved = long_entry(before.gateway.ticker(SYMBOL), "at-entry")
    before.gateway.place(approved)
    positions = before.gateway.positions()
    before.kill()

    after = open_venue(*options).gateway

    order = after.order_by_link_id(SYMBOL, "at-entry")
    assert order is not None
    assert order.status is OrderStatus.FILLED
    assert after.positions() == positions
