"""What a person uploads comes out as clean pixels or is refused with words that help."""

import hashlib
import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from adapters.uploaded_image import MAXIMUM_BYTES, MAXIMUM_PIXELS, read_upload
from tests.adapters.uploads.pictures import (
    BLUE,
    KINDS,
    RED,
    SECRET,
    animated,
    colour,
    encoded,
    opened,
    picture,
    png,
    png_chunk,
    vp8x,
    webp,
    with_secrets,
)
from trading.errors import BadUploadError


@pytest.mark.parametrize("kind", KINDS)
def test_each_allowed_kind_becomes_a_plain_rgb_png(kind: str) -> None:
    file = encoded(picture(), kind)

    read = read_upload(file)

    assert (opened(read).format, opened(read).mode, opened(read).info) == ("PNG", "RGB", {})
    assert (read.width, read.height) == opened(read).size == (200, 100)
    assert (colour(read, 10, 50), colour(read, 190, 50)) == (RED, BLUE)
    assert read.sha256 == hashlib.sha256(read.png).hexdigest()
    assert read.original_sha256 == hashlib.sha256(file).hexdigest()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        pytest.param(b"", "the file is empty", id="nothing"),
        pytest.param(bytes(11 * 2**20), "11534336 bytes, more than 10485760", id="11 MB"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "broken or cut off", id="PNG signature"),
        pytest.param(b"\x89PNG\r\n\x1a\n<html>" + bytes(99), "broken", id="HTML after it"),
        pytest.param(b"\xff\xd8\xff", "broken or cut off", id="JPEG signature"),
        pytest.param(b"RIFF\x04\x00\x00\x00WEBP", "broken or cut off", id="WebP signature"),
        pytest.param(webp(b"JUNK", bytes(40)), "broken or cut off", id="WebP of junk"),
        pytest.param(webp(b"VP8X", b"\x00"), "broken or cut off", id="WebP of one byte"),
        pytest.param(b"RIFF\x24\x00\x00\x00WAVEfmt ", "begins with b'RIFF", id="sound"),
        pytest.param(encoded(picture(), "GIF"), "begins with b'GIF8", id="GIF"),
        pytest.param(encoded(picture(), "BMP"), "begins with b'BM", id="BMP"),
        pytest.param(encoded(picture(), "TIFF"), "begins with b'II", id="TIFF"),
        pytest.param(b"<svg xmlns='http://www.w3.org/'/>", "begins with b'<svg xml'", id="SVG"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3", "begins with b'%PDF-1.7'", id="PDF"),
        pytest.param(b"<!doctype html><script>", "begins with b'<!doctyp'", id="HTML"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n", "begins with b'%!PS-Ado'", id="EPS"),
        pytest.param(animated("WEBP"), "animated, it has 2 frames", id="animated WebP"),
        pytest.param(animated("PNG"), "animated, it has 2 frames", id="animated PNG"),
        pytest.param(encoded(picture(63, 99)), "63 x 99 pixels is too small", id="small"),
        pytest.param(encoded(picture(4096, 127)), "4096 x 127 pixels is too", id="narrow"),
        pytest.param(png(0, 100, b""), "broken or cut off", id="no width"),
    ],
)
def test_what_is_not_one_still_picture_of_an_allowed_kind_is_refused(
    file: bytes, said: str
) -> None:
    with pytest.raises(BadUploadError) as refused:
        read_upload(file)

    assert said in str(refused.value)
    assert "PNG, JPEG or WebP picture of at most 10 MB and 40 megapixels" in str(refused.value)


def huge_jpeg() -> bytes:
    """A small JPEG whose header was changed to 65500 x 65500 pixels."""
    small = encoded(picture(), "JPEG")
    return small.replace(struct.pack(">HH", 100, 200), struct.pack(">HH", 65_500, 65_500))


@pytest.mark.parametrize(
    ("bomb", "said"),
    [
        pytest.param(png(50_000, 50_000, bytes(10**6)), "50000 x 50000 pixels", id="PNG"),
        pytest.param(png(40_000_001, 1, b""), "40000001 x 1 pixels", id="one row"),
        pytest.param(png(2**31 - 1, 2**31 - 1, b""), "2147483647 pixels", id="largest PNG"),
        pytest.param(huge_jpeg(), "65500 x 65500 pixels", id="JPEG"),
        pytest.param(vp8x(16_383, 16_383), "16383 x 16383 pixels", id="WebP"),
        pytest.param(vp8x(2**24, 2**24), "16777216 x 16777216 pixels", id="largest WebP"),
    ],
)
def test_a_decompression_bomb_is_refused_by_its_header(bomb: bytes, said: str) -> None:
    with pytest.raises(BadUploadError, match=f"{said}.*more than 40000000"):
        read_upload(bomb)


def in_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again, as a slow bomb has it."""
    file = encoded(picture(), "JPEG", progressive=True)
    last = file[file.rindex(b"\xff\xda") : -2]
    return file[:-2] + last * (count - file.count(b"\xff\xda")) + file[-2:]


def test_a_jpeg_of_many_scans_is_refused_before_it_is_decoded() -> None:
    assert colour(read_upload(in_scans(200)), 10, 50) == RED
    with pytest.raises(BadUploadError, match="has 201 scans, more than 200; save it as PNG"):
        read_upload(in_scans(201))


def test_pillows_global_limit_is_left_alone() -> None:
    before = Image.MAX_IMAGE_PIXELS

    read_upload(encoded(picture()))

    assert before == Image.MAX_IMAGE_PIXELS
    assert before is not None
    assert before > MAXIMUM_PIXELS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", [0.9, 0.5, 0.1, 0.0])
def test_a_cut_off_file_is_refused(kind: str, missing: float) -> None:
    noise = Image.effect_noise((120, 90), 90).convert("RGB")
    file = encoded(noise, kind)

    with pytest.raises(BadUploadError, match="broken or cut off; save it again as PNG"):
        read_upload(file[: -max(1, int(len(file) * missing))])


def test_a_picture_of_exactly_the_allowed_weight_is_read() -> None:
    file = encoded(picture())
    padded = file + bytes(MAXIMUM_BYTES - len(file))

    assert read_upload(padded).png == read_upload(file).png


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_of_the_file_survives(kind: str) -> None:
    file = with_secrets(kind)

    read = read_upload(file)

    assert SECRET.encode() in file or kind == "PNG"
    assert SECRET.encode() not in read.png
    assert opened(read).info == {}
    assert not opened(read).getexif()
    assert read.png.count(b"IDAT") == 1
    assert read.png.endswith(png_chunk(b"IEND", b""))


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_or_a_script_behind_the_picture_does_not_survive(kind: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as pack:
        pack.writestr("evil.html", "<script>alert(1)</script>")
    file = encoded(picture(), kind)

    read = read_upload(file + archive.getvalue())

    assert not zipfile.is_zipfile(io.BytesIO(read.png))
    assert read.png == read_upload(file).png


def test_of_a_jpeg_with_further_pictures_only_the_first_is_taken() -> None:
    hidden = picture().rotate(180)
    file = encoded(picture(), "MPO", save_all=True, append_images=[hidden])

    read = read_upload(file)

    assert file.count(b"\xff\xd8\xff") > 1
    assert colour(read, 10, 50) == RED
    assert b"\xff\xd8\xff" not in read.png


files = st.sampled_from([with_secrets(kind) for kind in KINDS] + [animated("PNG")])


# Pillow warns about EXIF that it then passes over.
@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=150, deadline=None)
@given(file=files, place=st.floats(0, 1), junk=st.binary(max_size=6), gone=st.integers(0, 6))
def test_a_damaged_file_is_read_or_refused_and_never_anything_else(
    file: bytes, place: float, junk: bytes, gone: int
) -> None:
    at = int(place * len(file))

    try:
        read = read_upload(file[:at] + junk + file[at + gone :])
    except BadUploadError:
        return

    assert opened(read).mode == "RGB"
    assert SECRET.encode() not in read.png


BROKEN_PARTS = {
    "iCCP": b"",
    "tRNS": b"",
    "eXIf": b"MM\x00*\x00\x00\x00\x08\x00\x01",
    "zTXt": b"k\x00\x00" + bytes(9),
    "PLTE": b"\x01",
    "acTL": b"\x00\x00\x00\x01",
}


def with_part(name: str, place: int) -> bytes:
    """A palette PNG with a broken part: before its palette (33) or at its end (-12)."""
    file = encoded(picture(mode="P"))
    return file[:place] + png_chunk(name.encode(), BROKEN_PARTS[name]) + file[place:]


@pytest.mark.parametrize("place", [33, -12])
@pytest.mark.parametrize("name", ["tRNS", "eXIf", "zTXt", "PLTE"])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_broken_part_that_pillow_passes_over_does_no_harm(name: str, place: int) -> None:
    assert opened(read_upload(with_part(name, place))).mode == "RGB"


@pytest.mark.parametrize("place", [33, -12])
@pytest.mark.parametrize("name", ["iCCP", "acTL"])
def test_a_broken_part_that_pillow_stumbles_over_is_refused(name: str, place: int) -> None:
    with pytest.raises(BadUploadError, match="broken or cut off"):
        read_upload(with_part(name, place))
