"""Every way to store a picture comes out upright, in its colours and not too large."""

import struct

import pytest
from PIL import Image

from adapters.uploaded_image import LONGEST_SIDE, read_upload
from tests.adapters.uploads.pictures import (
    BLUE,
    KINDS,
    RED,
    WHITE,
    colour,
    encoded,
    opened,
    picture,
    png,
    with_secrets,
)


# Where the red half ends up, by EXIF orientation.
@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (200, 100), (10, 50)),
        (2, (200, 100), (190, 50)),
        (3, (200, 100), (190, 50)),
        (4, (200, 100), (10, 50)),
        (5, (100, 200), (50, 10)),
        (6, (100, 200), (50, 10)),
        (7, (100, 200), (50, 190)),
        (8, (100, 200), (50, 190)),
        (9, (200, 100), (10, 50)),
    ],
)
def test_a_picture_is_set_upright(
    orientation: int, size: tuple[int, int], red: tuple[int, int]
) -> None:
    read = read_upload(with_secrets("JPEG", orientation))

    assert (read.width, read.height) == size
    assert colour(read, *red) == RED


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("size", "reduced"),
    [((2600, 130), (2048, 102)), ((100, 3000), (68, 2048)), ((2048, 64), (2048, 64))],
)
def test_the_longest_side_is_reduced(
    kind: str, size: tuple[int, int], reduced: tuple[int, int]
) -> None:
    read = read_upload(encoded(picture(*size), kind))

    assert (read.width, read.height) == reduced
    assert max(read.width, read.height) <= LONGEST_SIDE
    assert (colour(read, 2, 2), colour(read, reduced[0] - 3, 2)) == (RED, BLUE)


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    read = read_upload(encoded(picture(mode="CMYK"), "JPEG", quality=95))

    assert (colour(read, 10, 50), colour(read, 190, 50)) == (RED, BLUE)


def test_a_grey_picture_of_16_bits_keeps_its_shades() -> None:
    shades = [0, 0x40FF, 0x8000, 0xFFFF]
    row = b"\x00" + b"".join(struct.pack(">H", shade) * 32 for shade in shades)

    read = opened(read_upload(png(128, 64, row * 64, depth=16, colour=0)))

    assert [read.getpixel((x, 30)) for x in (1, 33, 65, 97)] == [
        (shade >> 8,) * 3 for shade in shades
    ]


def test_a_colour_picture_of_16_bits_is_read() -> None:
    row = b"\x00" + struct.pack(">HHH", 0xFFFF, 0, 0) * 64

    assert colour(read_upload(png(64, 64, row * 64, depth=16)), 30, 30) == RED


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_way_to_store_colours_becomes_rgb(mode: str) -> None:
    assert opened(read_upload(encoded(picture(mode=mode)))).mode == "RGB"


def see_through(mode: str) -> Image.Image:
    """Red on the left, nothing on the right."""
    image = picture(mode="RGBA")
    image.paste((0, 0, 0, 0), (100, 0, 200, 100))
    return image.quantize(4) if mode == "P" else image


@pytest.mark.parametrize(
    "file",
    [
        encoded(see_through("RGBA")),
        encoded(see_through("P")),
        encoded(see_through("RGBA"), "WEBP", lossless=True),
        encoded(picture(), transparency=BLUE),
    ],
    ids=["alpha", "palette", "WebP", "one colour"],
)
def test_transparency_is_laid_on_white(file: bytes) -> None:
    read = read_upload(file)

    assert (colour(read, 10, 50), colour(read, 190, 50)) == (RED, WHITE)
