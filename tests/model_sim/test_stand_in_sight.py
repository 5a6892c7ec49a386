"""The stand-in reads real charts from their pixels, and nothing where nothing can be read."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFilter

from model_sim.sight.layout import CODE_BOX
from model_sim.sight.looking import UNREAD, PictureError, look
from tests.model_sim.pictures import drawn, encoded, probe, walk

CHARTS = 50


@pytest.fixture(scope="module")
def chart() -> Image.Image:
    return Image.open(BytesIO(drawn(walk(1)).png)).convert("RGB")


def code_in(picture: Image.Image) -> str:
    return look([encoded(picture)]).code


def test_the_code_of_fifty_charts_is_read() -> None:
    candles = walk(7, count=60)
    charts = [drawn(candles, seed=f"snapshot {number}") for number in range(CHARTS)]

    assert [look([one.png]).code for one in charts] == [one.code for one in charts]
    assert len({one.code for one in charts}) > CHARTS // 2


@pytest.mark.parametrize(("kind", "quality"), [("JPEG", 75), ("WEBP", 80)])
def test_the_code_survives_compression(chart: Image.Image, kind: str, quality: int) -> None:
    assert look([encoded(chart, kind, quality=quality)]).code == code_in(chart) != UNREAD


def blanked(chart: Image.Image) -> Image.Image:
    spoiled = chart.copy()
    ImageDraw.Draw(spoiled).rectangle(CODE_BOX, fill="white")
    return spoiled


def crossed_out(chart: Image.Image) -> Image.Image:
    spoiled = chart.copy()
    left, top, right, bottom = CODE_BOX
    ImageDraw.Draw(spoiled).line((left, top, right, bottom), fill="black", width=6)
    return spoiled


def blurred(chart: Image.Image) -> Image.Image:
    return chart.filter(ImageFilter.GaussianBlur(5))


def shrunk(chart: Image.Image) -> Image.Image:
    return chart.resize((512, 256))


def upside_down(chart: Image.Image) -> Image.Image:
    return chart.transpose(Image.Transpose.ROTATE_180)


def greyed(chart: Image.Image) -> Image.Image:
    return Image.new("RGB", chart.size, "grey")


def blackened(chart: Image.Image) -> Image.Image:
    return Image.new("RGB", chart.size, "black")


@pytest.mark.parametrize(
    "spoil", [blanked, crossed_out, blurred, shrunk, upside_down, greyed, blackened]
)
def test_a_spoiled_chart_has_no_code(chart: Image.Image, spoil) -> None:
    assert code_in(spoil(chart)) == UNREAD


def test_who_was_shown_nothing_read_nothing() -> None:
    assert look([]).code == UNREAD


def test_only_the_first_picture_counts(chart: Image.Image) -> None:
    other = drawn(walk(1), seed="another")

    assert look([encoded(chart), other.png]).code == code_in(chart) != other.code
    assert look([other.png, encoded(chart)]).code == other.code
    assert look([encoded(blanked(chart)), other.png]).code == UNREAD


@pytest.mark.parametrize("size", [12, 16, 20])
@pytest.mark.parametrize("code", ["7K3P", "ACDE", "Q8BZ", "HELLO"])
def test_a_small_probe_is_read_in_any_size(code: str, size: int) -> None:
    assert look([probe(code, size=size, side=96)]).code == code


def test_a_blank_probe_has_no_code() -> None:
    assert look([probe("")]).code == UNREAD


@pytest.mark.parametrize("seed", range(6))
def test_the_last_candle_moved_as_it_is_drawn(seed: int) -> None:
    last = (candles := walk(seed))[-1]

    assert look([drawn(candles).png]).last_move == ("up" if last.close >= last.open else "down")


def test_candles_are_found_from_the_newest_to_the_oldest_drawn(chart: Image.Image) -> None:
    assert len(look([encoded(chart)]).reaches) > 115
    assert set(look([drawn(walk(2, count=30)).png]).reaches) == set(range(30))


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<html>", drawn(walk(1)).png[:900]])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError, match="no picture that can be decoded"):
        look([data])
