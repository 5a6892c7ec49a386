"""What was pushed is remembered, the newest longest."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from tasks.monitor.delivered import Delivered
from tests.tasks.monitor.rows import execution
from trading.pushes import Quote

AT = datetime(2026, 1, 1, tzinfo=UTC)
QUOTE = Quote("BTCUSDT", Decimal(1), Decimal(1), Decimal(1), Decimal(1), AT)


def test_what_was_pushed_is_not_missing() -> None:
    delivered = Delivered()
    delivered.add([execution("a"), execution("b")])

    assert delivered.missing(["a", "b", "c"]) == {"c"}


def test_the_oldest_are_forgotten() -> None:
    delivered = Delivered(most=2)
    delivered.add([execution(name) for name in "abc"])

    assert delivered.missing("abc") == {"a"}


def test_the_newest_quote_stays_the_same_object_until_another_comes() -> None:
    delivered = Delivered()
    assert delivered.quote("BTCUSDT") is None

    delivered.add([QUOTE])
    assert delivered.quote("BTCUSDT") is QUOTE

    newer = replace(QUOTE, last=Decimal(2))
    delivered.add([newer])
    assert delivered.quote("BTCUSDT") is newer
