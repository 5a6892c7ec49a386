"""Labels of price levels do not cover each other."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.chart.layout import PRICE
from adapters.chart.levels import Tag, tags_of
from adapters.chart_image import price_scale
from trading.chart import ChartInput, Level
from trading.errors import InvariantError

Draft = Callable[..., ChartInput]


def tags(chart: ChartInput) -> list[Tag]:
    return tags_of(chart, price_scale(chart))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(prices=st.lists(st.integers(min_value=1, max_value=200_000), max_size=12))
def test_labels_never_overlap_and_stay_on_the_panel(draft: Draft, prices: list[int]) -> None:
    levels = tuple(Level(f"L{n}", Decimal(price)) for n, price in enumerate(prices))
    placed = tags(draft(count=60, levels=levels))

    assert all(below.y - above.y >= 20 for above, below in pairwise(placed))
    assert all(PRICE.top < tag.y < PRICE.bottom for tag in placed)
    assert [tag.price for tag in placed] == sorted((tag.price for tag in placed), reverse=True)


def test_a_lonely_label_stands_at_its_line(draft: Draft) -> None:
    (last,) = tags(draft())

    assert (last.name, last.line_y) == ("Last", last.y)


def test_a_level_out_of_sight_keeps_its_label_but_has_no_line(draft: Draft) -> None:
    target, *_ = tags(draft(levels=(Level("Target", Decimal(300_000)),)))

    assert (target.name, target.line_y) == ("Target", None)
    assert target.y == PRICE.top + 10


@pytest.mark.parametrize("name", ["", "a name that is too long", "Größe"])
def test_a_name_that_does_not_fit_is_refused(name: str) -> None:
    with pytest.raises(InvariantError, match="1 to 14 ASCII characters"):
        Level(name, Decimal(1))
