"""A masked picture does not give away the market: another one of the same shape looks the same."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PIL import Image, ImageChops

from adapters.chart.layout import CODE_BOX, NEWEST_X, PITCH, TIME_LABELS_TOP
from adapters.chart.marks import Mark, bar_marks, time_marks
from adapters.chart_image import RENDERER, render_chart
from trading.arms import Mask
from trading.candles import Candle
from trading.chart import ChartInput, Level
from trading.chart_masking import anonymised

Draft = Callable[..., ChartInput]

# Of the pixels; renew it as the one in test_chart_image.py.
GOLDEN = "dc42459c511c7d7e554398996f7204ffc0905c824c3ad617dfec0ae092ffa0f0"


def elsewhere(chart: ChartInput, times: Decimal, later: timedelta) -> ChartInput:
    """The same shape in another market, at other prices and volumes, at another time."""

    def moved(candle: Candle) -> Candle:
        return Candle(
            opened_at=candle.opened_at + later,
            open=candle.open * times,
            high=candle.high * times,
            low=candle.low * times,
            close=candle.close * times,
            volume=candle.volume * 7,
        )

    return replace(
        chart,
        symbol="DOGEUSDT",
        candles=tuple(map(moved, chart.candles)),
        ema_fast=chart.ema_fast * float(times),
        ema_slow=chart.ema_slow * float(times),
        last_price=chart.last_price * times,
        tick_size=chart.tick_size * times,
        levels=tuple(replace(level, price=level.price * times) for level in chart.levels),
        as_of=chart.as_of + later,
    )


@pytest.mark.parametrize("times", ["0.001", "8"])
def test_two_markets_of_one_shape_give_one_masked_picture(draft: Draft, times: str) -> None:
    chart = draft(levels=(Level("entry", Decimal(95_500)),))
    other = elsewhere(chart, Decimal(times), timedelta(days=3, hours=5))

    plain, masked = (
        [render_chart(change(one)).sha256 for one in (chart, other)]
        for change in (ChartInput.visible, anonymised)
    )

    assert plain[0] != plain[1]
    assert masked[0] == masked[1]


def test_a_fixed_chart_gives_the_golden_masked_pixels(draft: Draft) -> None:
    image = Image.open(io.BytesIO(render_chart(anonymised(draft())).png)).convert("RGB")

    assert hashlib.sha256(image.tobytes()).hexdigest() == GOLDEN


def test_a_masked_picture_speaks_of_its_own_prices(draft: Draft) -> None:
    image = render_chart(anonymised(draft()))

    assert image.renderer == RENDERER
    assert image.drawn_low is not None
    assert image.drawn_high is not None
    assert 50 < image.drawn_low < 100 < image.drawn_high < 200


def test_bars_are_counted_backwards_from_the_newest(draft: Draft) -> None:
    assert bar_marks(draft(count=25)) == [Mark(24, "0"), Mark(14, "-10"), Mark(4, "-20")]
    assert bar_marks(draft(count=1)) == [Mark(0, "0")]


def test_times_are_round_and_midnight_is_a_date(draft: Draft) -> None:
    marks = time_marks(draft(count=30).visible())

    assert marks[0] == Mark(0, "01 Jan", is_day=True)
    assert Mark(24, "02 Jan", is_day=True) in marks
    assert all(mark.label.endswith(":00") for mark in marks if not mark.is_day)


def test_the_mask_changes_the_time_axis_and_not_the_code(draft: Draft) -> None:
    masked = anonymised(draft())
    pictures = [
        Image.open(io.BytesIO(render_chart(one).png)).convert("RGB")
        for one in (masked, replace(masked, mask=Mask.NONE))
    ]

    changed = ImageChops.difference(*pictures)
    under_newest = changed.crop((NEWEST_X - PITCH, TIME_LABELS_TOP, NEWEST_X + PITCH, 767))

    assert under_newest.getbbox() is not None
    assert changed.crop(CODE_BOX).getbbox() is None
