"""The pictures of the doctor show a whole code that nobody can guess."""

from io import BytesIO

import pytest
from PIL import Image, ImageOps

from adapters.chart.layout import CODE_BOX, HEIGHT, WIDTH
from adapters.openai.probe_picture import _ALPHABET, SIDE, new_code, picture_of, sheet_of


def test_a_sheet_has_its_code_where_a_chart_has_it() -> None:
    with Image.open(BytesIO(sheet_of("AC34"))) as sheet:
        inked = ImageOps.invert(sheet).getbbox()
        size = sheet.size

    assert size == (WIDTH, HEIGHT)
    assert inked is not None
    left, top, right, bottom = CODE_BOX
    assert left < inked[0] < inked[2] <= right
    assert top < inked[1] < inked[3] <= bottom


@pytest.mark.parametrize("character", _ALPHABET)
def test_every_code_fits_into_the_picture(character: str) -> None:
    with Image.open(BytesIO(picture_of(character * 4))) as picture:
        box = ImageOps.invert(picture).getbbox()

    assert box is not None
    left, top, right, bottom = box
    assert 0 < left < right < SIDE
    assert 0 < top < bottom < SIDE


def test_a_code_cannot_be_guessed() -> None:
    assert len({new_code() for _ in range(20)}) > 10
