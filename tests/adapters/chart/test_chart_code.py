"""The chart code is in the picture, nowhere else, and can be read there."""

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from PIL import Image, ImageChops, ImageDraw

from adapters.chart.canvas import font
from adapters.chart.layout import CODE_BOX, CODE_CENTRE, CODE_SIZE
from adapters.chart.palette import FRAME, PAPER, TEXT, fixed_palette
from adapters.chart_image import CODE_ALPHABET, chart_code, render_chart
from tests.adapters.chart.code_reader import read_code, read_letters
from trading.candles import Interval
from trading.chart import ChartInput, Level, LevelKind
from trading.chart_masking import anonymised
from trading.chart_placebo import placebo_input

Draft = Callable[..., ChartInput]


@pytest.fixture(scope="module")
def luck() -> Random:
    return Random(20)


def drawn_at_random(draft: Draft, luck: Random) -> ChartInput:
    """Any symbol, price, interval, number of candles, mask and seed; some levels out of sight."""
    price = luck.choice(("0.00001234", "0.52", "3.1", "187.2", "4100", "97000", "9876543"))
    tick = Decimal(1).scaleb(Decimal(price).adjusted() - luck.randint(2, 5))
    level = Level("stop", Decimal(price) * luck.choice((2, 1)), LevelKind.STOP_LOSS)
    chart = draft(
        count=luck.choice((1, 5, 25, 40)),
        price=price,
        tick=f"{tick:f}",
        interval=luck.choice(list(Interval)),
        levels=(level,),
        seed=f"{luck.getrandbits(256):064x}",
    )
    chart = replace(chart, symbol=luck.choice(("BTCUSDT", "1000PEPEUSDT", "XUSDT")))
    return anonymised(chart) if luck.random() < 0.3 else chart


def test_the_code_of_random_charts_is_read_from_their_pixels(draft: Draft, luck: Random) -> None:
    images = [render_chart(drawn_at_random(draft, luck)) for _ in range(50)]

    assert [read_code(image.png) for image in images] == [image.code for image in images]


def codes_with_every_pair() -> list[str]:
    """199 codes in which every letter stands beside every other: the alphabet's size is prime."""
    letters, size = CODE_ALPHABET, len(CODE_ALPHABET)
    return [letter * 4 for letter in letters] + [
        "".join(letters[(start + place) * step % size] for place in range(4))
        for step in range(1, size)
        for start in range(0, size, 3)
    ]


def test_every_letter_is_told_from_every_other_beside_any_other() -> None:
    codes = codes_with_every_pair()
    pairs = {code[n : n + 2] for code in codes for n in range(3)}

    assert len(pairs) == len(CODE_ALPHABET) ** 2
    assert [read_letters(written(code)) for code in codes] == codes


def written(code: str) -> Image.Image:
    """The field of the code alone, in the ink and the colours of the renderer."""
    field = Image.new("RGB", (CODE_BOX[2] - CODE_BOX[0], CODE_BOX[3] - CODE_BOX[1]), PAPER)
    place = (CODE_CENTRE[0] - CODE_BOX[0], CODE_CENTRE[1] - CODE_BOX[1])
    ImageDraw.Draw(field).text(place, code, fill=TEXT, font=font(CODE_SIZE), anchor="mm")
    return field.quantize(palette=fixed_palette(), dither=Image.Dither.NONE)


def test_a_full_chart_keeps_its_code_free_of_everything_else(draft: Draft) -> None:
    levels = tuple(Level(f"L{n}", Decimal(300_000 + n)) for n in range(12))
    image = render_chart(draft(levels=levels))

    assert read_code(image.png) == image.code


def without_code(png: bytes, *, said: str = "") -> bytes:
    """The picture after someone painted over the code, or wrote something else there."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle(CODE_BOX, fill=PAPER, outline=FRAME)
    draw.text((CODE_BOX[0] + 20, 15), said, fill=TEXT)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def test_a_painted_over_code_is_not_read_from_anywhere_else(draft: Draft) -> None:
    png = render_chart(draft()).png

    assert read_code(without_code(png)) == ""
    assert read_code(without_code(png, said="4WAU")).endswith("?")


def test_nothing_but_the_pixels_of_its_box_knows_the_code(draft: Draft) -> None:
    chart = draft(seed="a" * 64)
    code = chart_code(chart.seed)
    image, other = render_chart(chart), render_chart(replace(chart, seed="b" * 64))
    changed = ImageChops.difference(*(Image.open(io.BytesIO(one.png)) for one in (image, other)))
    box, (left, top, right, bottom) = changed.getbbox(), CODE_BOX

    assert Image.open(io.BytesIO(image.png)).info == {}
    assert code.encode() not in image.png
    assert code not in repr(chart)
    assert box is not None
    assert left < box[0] < box[2] <= right
    assert top < box[1] < box[3] <= bottom


@pytest.mark.parametrize("change", [anonymised, placebo_input])
def test_a_masked_chart_and_a_placebo_bear_the_code_of_their_chart(
    draft: Draft, change: Callable[[ChartInput], ChartInput]
) -> None:
    chart = draft()
    plain, changed = render_chart(chart), render_chart(change(chart))

    assert read_code(changed.png) == changed.code == plain.code
    assert changed.sha256 != plain.sha256
