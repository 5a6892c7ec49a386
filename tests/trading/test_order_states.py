"""Reports of an order may come twice, late and out of order; only news moves it forward."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.order_states import TRANSITIONS, News, Report, news_of
from trading.orders import OrderStatus

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
OPEN = [status for status in OrderStatus if status.is_open]
ENDED = [status for status in OrderStatus if not status.is_open]


def report(status: OrderStatus, filled: str = "0", second: int = 0) -> Report:
    return Report(status, Decimal(filled), NOON + timedelta(seconds=second))


def test_the_table_names_every_status_and_an_end_is_never_left() -> None:
    assert set(TRANSITIONS) == set(OrderStatus)
    for status in OrderStatus:
        assert status.is_open == bool(TRANSITIONS[status])
        assert status not in TRANSITIONS[status]


def test_an_open_order_may_end_any_way_and_an_unknown_status_may_become_any() -> None:
    for status in OPEN:
        assert set(ENDED) <= TRANSITIONS[status]
    assert TRANSITIONS[OrderStatus.UNKNOWN] == set(OrderStatus) - {OrderStatus.UNKNOWN}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (OrderStatus.PARTIALLY_FILLED, OrderStatus.NEW),
        (OrderStatus.NEW, OrderStatus.UNTRIGGERED),
        (OrderStatus.TRIGGERED, OrderStatus.UNTRIGGERED),
    ],
)
def test_an_order_does_not_go_back(before: OrderStatus, after: OrderStatus) -> None:
    assert news_of(report(before), report(after, second=9)) is News.NONE


CASES = [
    ("amended", (OrderStatus.NEW, "0", 0), (OrderStatus.NEW, "0", 1), News.REPLACES),
    ("repeated", (OrderStatus.NEW, "0", 1), (OrderStatus.NEW, "0", 1), News.NONE),
    ("late", (OrderStatus.NEW, "0", 1), (OrderStatus.NEW, "0", 0), News.NONE),
    (
        "a fill in the same moment",
        (OrderStatus.PARTIALLY_FILLED, "1", 0),
        (OrderStatus.PARTIALLY_FILLED, "2", 0),
        News.REPLACES,
    ),
    (
        "the end, reported by a slow clock",
        (OrderStatus.NEW, "0", 5),
        (OrderStatus.FILLED, "2", 1),
        News.REPLACES,
    ),
    (
        "cancelled with fills",
        (OrderStatus.PARTIALLY_FILLED, "1", 0),
        (OrderStatus.CANCELLED, "1", 1),
        News.REPLACES,
    ),
    (
        "a fill after the cancellation",
        (OrderStatus.CANCELLED, "0", 0),
        (OrderStatus.CANCELLED, "1", 1),
        News.COMPLETES,
    ),
    (
        "cancel raced with fill",
        (OrderStatus.CANCELLED, "0", 0),
        (OrderStatus.FILLED, "2", 1),
        News.COMPLETES,
    ),
    (
        "filled twice",
        (OrderStatus.FILLED, "2", 0),
        (OrderStatus.FILLED, "2", 1),
        News.NONE,
    ),
    (
        "an open report after the end",
        (OrderStatus.CANCELLED, "0", 0),
        (OrderStatus.PARTIALLY_FILLED, "1", 9),
        News.NONE,
    ),
    (
        "a word nobody knows",
        (OrderStatus.NEW, "0", 0),
        (OrderStatus.UNKNOWN, "0", 1),
        News.REPLACES,
    ),
]


@pytest.mark.parametrize(
    ("stored", "reported", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_what_a_report_is_to_what_is_stored(
    stored: tuple[OrderStatus, str, int],
    reported: tuple[OrderStatus, str, int],
    expected: News,
) -> None:
    assert news_of(report(*stored), report(*reported)) is expected


@pytest.mark.parametrize(("before", "after"), list(product(OrderStatus, repeat=2)))
def test_only_a_legal_change_of_status_replaces(before: OrderStatus, after: OrderStatus) -> None:
    news = news_of(report(before), report(after, "1", 1))
    if news is News.REPLACES:
        assert after in TRANSITIONS[before] | {before}
        assert before.is_open
    if news is News.COMPLETES:
        assert not before.is_open
        assert not after.is_open


REPORTS = st.builds(
    report,
    st.sampled_from(OrderStatus),
    st.sampled_from(["0", "1", "2"]),
    st.integers(0, 3),
)


@given(st.lists(REPORTS, min_size=1, max_size=8))
def test_an_order_never_reopens_and_what_it_filled_never_shrinks(reports: list[Report]) -> None:
    status, filled, at = reports[0].status, reports[0].filled_quantity, reports[0].updated_at
    for item in reports[1:]:
        before, had = status, filled
        match news_of(Report(status, filled, at), item):
            case News.REPLACES:
                status, at = item.status, item.updated_at
                filled = max(filled, item.filled_quantity)
            case News.COMPLETES:
                filled = item.filled_quantity
        assert filled >= had
        assert before.is_open or status is before
