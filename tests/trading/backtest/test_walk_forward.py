"""Windows move forward: nothing that is tested took part in the choice."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.backtest.walk_forward import Stride, Window, parse_stride
from trading.errors import InvariantError, MisconfiguredError

START = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "stride"),
    [
        ("180d,30d,30d", Stride(180 * DAY, 30 * DAY, 30 * DAY)),
        ("26w, 4w", Stride(182 * DAY, 28 * DAY, 28 * DAY)),
        ("10 d,5d,7d", Stride(10 * DAY, 5 * DAY, 7 * DAY)),
    ],
)
def test_a_stride_is_two_or_three_lengths(text: str, stride: Stride) -> None:
    assert parse_stride(text) == stride


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("180d", "is no walk-forward"),
        ("180,30,30", "is no walk-forward"),
        ("1d,1d,1d,1d", "is no walk-forward"),
        ("0d,1d,1d", "lengths above 0"),
        ("30d,10d,5d", "tests would overlap"),
    ],
)
def test_a_stride_that_leads_nowhere_is_refused(text: str, message: str) -> None:
    with pytest.raises(MisconfiguredError, match=message):
        parse_stride(text)


@given(st.integers(1, 60), st.integers(1, 30), st.integers(0, 30), st.integers(1, 400))
def test_windows_train_before_they_test_and_tests_never_overlap(
    train: int, test: int, more: int, days: int
) -> None:
    stride = Stride(train * DAY, test * DAY, (test + more) * DAY)
    if train + test > days:
        with pytest.raises(MisconfiguredError, match="hold no window"):
            stride.windows(START, START + days * DAY)
        return
    windows = stride.windows(START, START + days * DAY)
    assert windows[0].train_from == START
    for one in windows:
        assert (one.test_from - one.train_from, one.until - one.test_from) == (
            train * DAY,
            test * DAY,
        )
        assert one.until <= START + days * DAY
    assert all(before.until <= after.test_from for before, after in pairwise(windows))


def test_a_window_that_tests_before_it_trains_cannot_be() -> None:
    with pytest.raises(InvariantError, match="must train before it tests"):
        Window(START, START, START + DAY)
