"""A stream that answers pings and tells nothing is found out; one with nothing to tell is not."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tasks.monitor.checking import Checker, Outcomes
from tasks.monitor.delivered import Delivered
from tasks.monitor.tally import Seen, Tally
from tests.tasks.monitor.rows import AT, execution
from trading.errors import ExchangeRetryableError
from trading.executions import Execution
from trading.market import Ticker
from trading.pushes import Quote

SECOND = timedelta(seconds=1)
ONE = Decimal(1)
TICKER = Ticker("BTCUSDT", ONE, ONE, ONE, ONE, ONE, ONE, AT, ONE, ONE, AT)
QUOTE = Quote("BTCUSDT", ONE, ONE, ONE, ONE, AT)


class ListingExchange:
    """Lists what the test says happened."""

    def __init__(self) -> None:
        self.listed: list[Execution] = []
        self.ticker_now = TICKER
        self.is_away = False

    def executions_since(self, since: datetime) -> list[Execution]:
        if self.is_away:
            raise ExchangeRetryableError("away")
        return [row for row in self.listed if row.executed_at >= since]

    def ticker(self, symbol: str) -> Ticker:
        return replace(self.ticker_now, symbol=symbol)


class Desk:
    """A checker with everything around it; the socket opened at AT, it is a minute later."""

    def __init__(self) -> None:
        self.exchange, self.delivered, self.tally = ListingExchange(), Delivered(), Tally()
        self.private: list[str] = []
        self.public: list[str] = []
        self.syncs: list[str] = []
        self.vouched: list[datetime] = []
        self.now = AT
        self.checker = Checker(
            self.exchange,
            lambda: self.now,
            ("BTCUSDT",),
            self.delivered,
            self.tally,
            outcomes=Outcomes(
                self.private.append,
                self.public.append,
                self.syncs.append,
                self.vouched.append,
            ),
        )
        self.checker.private_opened()
        self.delivered.add([QUOTE])
        self.now = AT + 60 * SECOND


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_was_listed_and_pushed_is_vouched_for(desk: Desk) -> None:
    desk.exchange.listed = [execution("a", AT + SECOND)]
    desk.delivered.add(desk.exchange.listed)

    desk.checker.look()

    assert desk.vouched == [desk.now]
    assert (desk.private, desk.public) == ([], [])


def test_an_account_at_rest_in_a_market_at_rest_is_vouched_for_every_time(desk: Desk) -> None:
    for _ in range(3):
        desk.checker.look()

    assert len(desk.vouched) == 3


def test_a_fill_that_two_looks_find_missing_costs_the_socket_and_asks_for_a_sync(
    desk: Desk,
) -> None:
    desk.exchange.listed = [execution("a", AT + SECOND)]

    desk.checker.look()
    assert (desk.private, desk.vouched) == ([], [])
    desk.checker.look()

    assert desk.private == ["1 executions were not pushed"]
    assert len(desk.syncs) == 1
    assert desk.tally.counts()[Seen.MISSED] == 1
    assert desk.vouched == []


def test_a_fill_that_comes_a_little_late_costs_nothing(desk: Desk) -> None:
    desk.exchange.listed = [execution("a", AT + SECOND)]
    desk.checker.look()
    desk.delivered.add(desk.exchange.listed)
    desk.checker.look()

    assert desk.private == []
    assert len(desk.vouched) == 1


def test_what_happened_before_the_socket_opened_is_not_its_business(desk: Desk) -> None:
    desk.exchange.listed = [execution("before", AT)]

    for _ in range(3):
        desk.checker.look()

    assert desk.private == []


def test_a_market_that_moves_without_a_quote_costs_the_public_socket(desk: Desk) -> None:
    desk.checker.look()
    desk.exchange.ticker_now = replace(TICKER, last=Decimal(2))

    desk.checker.look()

    assert desk.public == ["BTCUSDT moved and no quote was pushed"]
    assert desk.private == []
    assert len(desk.vouched) == 1


def test_a_quote_between_two_looks_is_enough(desk: Desk) -> None:
    desk.checker.look()
    desk.exchange.ticker_now = replace(TICKER, last=Decimal(3))
    desk.delivered.add([replace(QUOTE, last=Decimal(2))])

    desk.checker.look()

    assert desk.public == []


def test_an_exchange_that_does_not_answer_proves_nothing(desk: Desk) -> None:
    desk.exchange.is_away = True

    with pytest.raises(ExchangeRetryableError):
        desk.checker.look()

    assert desk.vouched == []
