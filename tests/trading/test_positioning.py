"""How the crowd is positioned: recorded hours compared by their time, old ones not at all."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from tests.trading.builders import NOW
from trading.errors import InvariantError
from trading.market import AccountRatio, OpenInterest
from trading.positioning import Positioning, positioning_of

HOUR = timedelta(hours=1)
ON_THE_HOUR = NOW.replace(second=0)
D = Decimal


def interest(quantities: list[int], newest: datetime = ON_THE_HOUR) -> list[OpenInterest]:
    """Recorded hours up to `newest`, given newest first as the exchange lists them."""
    return [
        OpenInterest(builders.SYMBOL, Decimal(quantity), newest - age * HOUR)
        for age, quantity in enumerate(quantities)
    ]


def ratio(long: str = "0.6", at: datetime = ON_THE_HOUR) -> AccountRatio:
    return AccountRatio(builders.SYMBOL, D(long), 1 - D(long), at)


DAY = [1_100, 1_000, 1_090, 1_080, 880, *[900] * 19, 2_200]


def test_changes_are_fractions_of_what_was_open_hours_ago() -> None:
    assert positioning_of(interest(DAY), ratio(), now=NOW) == Positioning(
        D("0.1"), D("0.25"), D("-0.5"), D("1.5")
    )


def test_the_order_of_the_list_does_not_matter() -> None:
    found = positioning_of(interest(DAY), None, now=NOW)

    assert positioning_of(list(reversed(interest(DAY))), None, now=NOW) == found


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        (interest(DAY[:24]), (D("0.1"), D("0.25"), None)),
        (interest(DAY[:1]), None),
        ([*interest(DAY)[:1], *interest(DAY)[2:]], (None, D("0.25"), D("-0.5"))),
        (interest([5, 0, 0, 0, 4]), (None, D("0.25"), None)),
        ([], None),
    ],
    ids=["a short list", "one hour", "a hole", "nothing was open", "nothing listed"],
)
def test_an_hour_that_is_not_recorded_is_missing(
    recorded: list[OpenInterest], expected: tuple[Decimal | None, ...] | None
) -> None:
    found = positioning_of(recorded, None, now=NOW)

    assert found == (None if expected is None else Positioning(*expected, long_short_ratio=None))


@pytest.mark.parametrize(("age", "is_known"), [(2 * HOUR, True), (3 * HOUR, False)])
def test_what_is_hours_old_is_not_known(age: timedelta, is_known: bool) -> None:
    then = NOW - age

    assert (positioning_of(interest(DAY, then), None, now=NOW) is not None) is is_known
    assert (positioning_of([], ratio(at=then), now=NOW) is not None) is is_known


def test_a_crowd_without_a_single_short_has_no_ratio() -> None:
    assert positioning_of([], ratio("1"), now=NOW) is None
    nobody_long = positioning_of([], ratio("0"), now=NOW)
    assert nobody_long is not None
    assert nobody_long.long_short_ratio == 0


@given(st.lists(st.integers(1, 10**9), min_size=25, max_size=25), st.integers(1, 1000))
def test_changes_do_not_depend_on_the_size_of_the_market(
    quantities: list[int], times: int
) -> None:
    larger = [quantity * times for quantity in quantities]

    found = positioning_of(interest(quantities), None, now=NOW)

    assert found == positioning_of(interest(larger), None, now=NOW)


@pytest.mark.parametrize(
    "build",
    [
        lambda: OpenInterest("BTCUSDT", D(-1), NOW),
        lambda: OpenInterest("BTCUSDT", D("NaN"), NOW),
        lambda: AccountRatio("BTCUSDT", D("1.01"), D(0), NOW),
        lambda: AccountRatio("BTCUSDT", D("0.5"), D("-0.5"), NOW),
        lambda: AccountRatio("BTCUSDT", D("0.5"), D("0.5"), NOW.replace(tzinfo=None)),
    ],
)
def test_impossible_crowds_cannot_be_built(build: object) -> None:
    assert callable(build)
    with pytest.raises(InvariantError):
        build()
