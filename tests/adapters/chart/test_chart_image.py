"""The finished picture: the same bytes everywhere, and what can be seen on it."""

import hashlib
import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageColor

from adapters.chart.layout import NEWEST_X, PRICE, VOLUME
from adapters.chart.palette import DOWN, EMA_FAST, EMA_SLOW, PAPER, RSI, UP
from adapters.chart_image import (
    RENDERER,
    ChartInput,
    Level,
    LevelKind,
    chart_code,
    price_scale,
    render_chart,
)
from trading.candles import Candle, Interval
from trading.errors import InvariantError

Draft = Callable[..., ChartInput]

# Of the pixels, not of the file: another build of zlib may pack the same pixels differently. To
# renew it after an intended change of the drawing: raise RENDERER, look at the picture, then copy
# the value that the failing test shows.
GOLDEN = "41fc7cd538e2edf755e0460f29de6b64238d7df6c7024529893eacba0fa999b1"

LEVELS = (
    Level("Prev day high", Decimal("96000.5")),
    Level("Entry", Decimal("94800"), LevelKind.ENTRY),
    Level("Stop", Decimal("93500"), LevelKind.STOP_LOSS),
    Level("Target", Decimal("250000"), LevelKind.TAKE_PROFIT),
)


def pixels(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def colours(png: bytes) -> set[tuple[int, ...]]:
    found = pixels(png).getcolors(maxcolors=100_000) or []
    return {colour for _, colour in found if isinstance(colour, tuple)}


def candle(chart: ChartInput, index: int, **prices: str) -> Candle:
    given = {name: Decimal(price) for name, price in prices.items()}
    return replace(chart.candles[index], **given)


def test_a_fixed_chart_gives_the_golden_pixels(draft: Draft) -> None:
    image = pixels(render_chart(draft(levels=LEVELS)).png)

    assert hashlib.sha256(image.tobytes()).hexdigest() == GOLDEN


def test_the_picture_says_which_prices_its_candles_reach(draft: Draft) -> None:
    long = draft(count=200)
    drawn = (candle(long, -1, high="990000"), candle(long, -2, low="1"))
    out_of_sight = candle(long, 0, high="9900000")
    chart = replace(long, candles=(out_of_sight, *long.candles[1:-2], *drawn[::-1]))

    image = render_chart(chart)

    assert (image.drawn_low, image.drawn_high) == (Decimal(1), Decimal(990_000))


def test_the_picture_is_a_palette_png_that_no_vision_model_resamples(draft: Draft) -> None:
    image = render_chart(draft())
    opened = Image.open(io.BytesIO(image.png))

    assert (opened.format, opened.mode, opened.size) == ("PNG", "P", (1536, 768))
    assert (image.width, image.height, image.renderer) == (1536, 768, RENDERER)
    assert image.sha256 == hashlib.sha256(image.png).hexdigest()
    assert opened.info == {}
    assert len(image.png) < 60_000


def test_eight_threads_give_the_same_bytes(draft: Draft) -> None:
    chart = draft(levels=LEVELS)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: render_chart(chart).sha256, range(16)))

    assert set(made) == {render_chart(chart).sha256}


def test_another_process_gives_the_same_bytes(draft: Draft) -> None:
    script = (
        "import importlib.util, sys\n"
        "spec = importlib.util.spec_from_file_location('charts', sys.argv[1])\n"
        "charts = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(charts)\n"
        "from adapters.chart_image import render_chart\n"
        "print(render_chart(charts.draft.__wrapped__()()).sha256)\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script, str(Path(__file__).with_name("conftest.py"))],
        cwd=root,
        env={"PYTHONPATH": str(root), "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == render_chart(draft()).sha256


def test_only_the_last_120_candles_are_drawn(draft: Draft) -> None:
    long = draft(count=200)
    changed = (candle(long, 0, high="990000"), *long.candles[1:])

    assert render_chart(replace(long, candles=changed)).png == render_chart(long).png


def test_the_code_is_drawn_in_the_corner_and_follows_the_seed(draft: Draft) -> None:
    one, other = (render_chart(draft(seed=seed * 64)) for seed in "ab")
    changed = ImageChops.difference(pixels(one.png), pixels(other.png)).getbbox()

    assert one.code == chart_code("a" * 64) != other.code
    assert changed is not None
    assert changed[0] > PRICE.right
    assert changed[3] < PRICE.top


def test_codes_have_four_characters_that_cannot_be_confused() -> None:
    codes = [chart_code(str(number)) for number in range(500)]

    assert {len(code) for code in codes} == {4}
    assert len(set(codes)) > 490
    assert not set("".join(codes)) & set("0O1I5S8B2ZGQ6")


@pytest.mark.parametrize(
    ("closes_at", "outline", "inside"), [("101", UP, PAPER), ("99", DOWN, DOWN)]
)
def test_a_rising_candle_is_hollow_green_and_a_falling_one_filled_red(
    draft: Draft, closes_at: str, outline: str, inside: str
) -> None:
    chart = draft(count=1, price="100", tick="0.01")
    only = candle(chart, 0, open="100", close=closes_at, high="103", low="97")
    chart = replace(chart, candles=(only,), last_price=Decimal("102"))
    scale = price_scale(chart)
    row = scale.y(float((only.open + only.close) / 2)) + 5
    image = pixels(render_chart(chart).png)

    assert image.getpixel((NEWEST_X - 3, row)) == ImageColor.getrgb(outline)
    assert image.getpixel((NEWEST_X - 1, row)) == ImageColor.getrgb(inside)
    assert image.getpixel((NEWEST_X, scale.y(97.5))) == ImageColor.getrgb(outline)


def test_averages_and_rsi_are_drawn_in_their_colours(draft: Draft) -> None:
    wanted = {ImageColor.getrgb(colour) for colour in (EMA_FAST, EMA_SLOW, RSI)}

    assert wanted <= colours(render_chart(draft()).png)


def test_what_is_not_warm_is_not_drawn(draft: Draft) -> None:
    assert render_chart(draft(count=10)).png
    assert ImageColor.getrgb(RSI) not in colours(render_chart(draft(count=10)).png)


def test_a_level_near_the_market_widens_the_scale_and_a_far_one_does_not(draft: Draft) -> None:
    plain = price_scale(draft())
    near = price_scale(draft(levels=(Level("Stop", Decimal(str(plain.low))),)))
    far = price_scale(draft(levels=(Level("Target", Decimal(250_000)),)))

    assert near.low < plain.low
    assert far == plain


def flat(chart: ChartInput, volume: str) -> ChartInput:
    still = tuple(
        replace(
            one, open=one.low, high=one.low, close=one.low, low=one.low, volume=Decimal(volume)
        )
        for one in (replace(chart.candles[0], opened_at=c.opened_at) for c in chart.candles)
    )
    return replace(chart, candles=still, last_price=still[-1].close)


def test_a_market_that_stands_still_is_drawn(draft: Draft) -> None:
    image = pixels(render_chart(flat(draft(), volume="0")).png)
    volume = image.crop((PRICE.left + 1, VOLUME.bottom - 3, NEWEST_X + 4, VOLUME.bottom - 1))

    assert len(volume.getcolors() or []) <= 3


@pytest.mark.parametrize(
    ("price", "tick"),
    [
        ("0.00001234", "0.00000001"),
        ("0.02", "0.001"),
        ("1.5", "0.5"),
        ("9876543.5", "0.5"),
        ("100", "0.03"),
        ("0.00000002", "0.00000001"),
    ],
)
@pytest.mark.parametrize("count", [1, 2, 30, 150])
def test_any_price_and_any_number_of_candles_is_drawn(
    draft: Draft, price: str, tick: str, count: int
) -> None:
    image = render_chart(draft(price=price, tick=tick, count=count, levels=LEVELS))

    assert pixels(image.png).size == (1536, 768)


@pytest.mark.parametrize("interval", list(Interval))
def test_every_interval_is_drawn(draft: Draft, interval: Interval) -> None:
    assert render_chart(draft(interval=interval)).png


def test_arrays_of_another_length_are_refused(draft: Draft) -> None:
    with pytest.raises(InvariantError, match=r"rsi has shape \(3,\); it must be \(150,\)"):
        replace(draft(), rsi=np.zeros(3))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"candles": ()}, "without candles"),
        ({"tick_size": Decimal(0)}, "tick_size is 0"),
        ({"last_price": Decimal("NaN")}, "last_price is NaN"),
        ({"seed": ""}, "seed of the chart code is empty"),
    ],
)
def test_impossible_charts_are_refused(
    draft: Draft, changed: dict[str, object], said: str
) -> None:
    with pytest.raises(InvariantError, match=said):
        replace(draft(), **changed)  # type: ignore[arg-type]


def test_a_chart_must_say_its_moment_in_utc(draft: Draft) -> None:
    chart = draft()

    with pytest.raises(InvariantError, match="as_of"):
        replace(chart, as_of=chart.as_of.replace(tzinfo=None))
