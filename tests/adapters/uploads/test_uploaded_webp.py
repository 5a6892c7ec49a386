"""The size of a WebP picture is known before its decoder makes room for it."""

import pytest
from PIL import Image

from adapters.uploaded_webp import webp_size
from tests.adapters.uploads.pictures import encoded, picture, vp8x, webp

SIZES = pytest.mark.parametrize("size", [(64, 65), (300, 1), (1, 700), (1200, 900)])


@SIZES
@pytest.mark.parametrize(
    ("options", "chunk"),
    [
        ({"lossless": True}, b"VP8L"),
        ({"lossless": False}, b"VP8 "),
        ({"icc_profile": b"x" * 30}, b"VP8X"),
    ],
)
def test_the_size_is_read_from_each_kind_of_header(
    size: tuple[int, int], options: dict[str, object], chunk: bytes
) -> None:
    file = encoded(picture(*size), "WEBP", **options)

    assert file[12:16] == chunk
    assert webp_size(file) == size


def test_the_widest_sides_are_read_whole() -> None:
    assert webp_size(vp8x(2**24, 70_000)) == (2**24, 70_000)
    assert webp_size(encoded(Image.new("L", (16_383, 2)), "WEBP")) == (16_383, 2)


def test_another_chunk_is_refused() -> None:
    with pytest.raises(ValueError, match=r"begins with the chunk b'ANIM'.*no picture"):
        webp_size(webp(b"ANIM", bytes(20)))
