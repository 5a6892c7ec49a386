"""The lines of a chart are as long as its candles and silent until they are warm."""

import numpy as np
import pytest

from tests.trading.builders import candles
from trading.chart_series import series_of


@pytest.mark.parametrize("count", [1, 14, 15, 19, 20, 49, 50, 120])
def test_each_line_begins_where_it_is_warm(count: int) -> None:
    series = series_of(candles(count))

    warm = [int(np.isfinite(line).sum()) for line in series]

    assert {line.shape for line in series} == {(count,)}
    assert warm == [max(0, count - cold) for cold in (19, 49, 14)]
