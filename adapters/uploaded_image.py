"""A chart picture that a person uploaded, made safe: decoded, checked and drawn anew.

The file is untrusted. Its kind is told from its content, its size is read from the header before
any pixel is decoded, and only pixels leave: no metadata, no profile, no byte after the picture.
"""

import hashlib
import struct
from io import BytesIO
from typing import Final

from PIL import ExifTags, Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from adapters.uploaded_webp import webp_size
from trading.chart import UploadedChart
from trading.errors import BadUploadError

MAXIMUM_BYTES: Final = 10 * 1024 * 1024
MAXIMUM_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 2048
"""Vision models shrink what is larger (analysis.md §3.2)."""
SHORTEST_SIDE: Final = 64
_MOST_SCANS: Final = 200
"""A JPEG may be sent in scans, each over all pixels; encoders make about ten.

One of 64 bytes costs 25 ms at 40 megapixels, so ten megabytes of them would cost an hour.
"""
_START_OF_SCAN = b"\xff\xda"
_END_OF_IMAGE = b"\xff\xd9"

_ALLOWED = (
    f"allowed is one still PNG, JPEG or WebP picture of at most 10 MB and 40 megapixels, "
    f"each side at least {SHORTEST_SIDE} pixels once the longer is reduced to {LONGEST_SIDE}"
)
_PAPER = (255, 255, 255)

# What Pillow's readers of the three formats raise on broken files.
_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    struct.error,
)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to set a picture upright by its EXIF orientation (EXIF 2.32, tag 0x0112)."""


def read_upload(data: bytes) -> UploadedChart:
    """The picture in `data` as a new RGB PNG, upright, its longest side at most 2048 pixels.

    Transparency is laid on white. A JPEG that holds further pictures, as phones make them, gives
    its first. Equal files give equal bytes with the locked Pillow. The caller must not read more
    than `MAXIMUM_BYTES` + 1 bytes of a file or request to find out that it is too large.

    Raises:
        BadUploadError: not such a picture, broken, animated, too large or too small; show the
            message to the person and ask for another file.
    """
    clean = _cleaned(*_decoded(data))
    png = _encoded(clean)
    return UploadedChart(
        png=png,
        sha256=hashlib.sha256(png).hexdigest(),
        width=clean.width,
        height=clean.height,
        original_sha256=hashlib.sha256(data).hexdigest(),
    )


def require_weight(size: int) -> None:
    """Refuse a file of `size` bytes that is empty or too heavy, before it is read.

    Raises:
        BadUploadError: it is; the message says what is allowed.
    """
    if size == 0:
        raise _refusal("the file is empty")
    if size > MAXIMUM_BYTES:
        raise _refusal(f"the file has {size} bytes, more than {MAXIMUM_BYTES}")


def _refusal(said: str) -> BadUploadError:
    return BadUploadError(f"{said}; {_ALLOWED}")


def _decoded(data: bytes) -> tuple[Image.Image, Image.Transpose | None]:
    """The first frame as RGB or RGBA, and how to set it upright."""
    require_weight(len(data))
    try:
        image = _open(data)
        _require_still(image)
        _require_size(image.size)
        # A JPEG can be decoded at a half, quarter or eighth of its size: less work and memory.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        turn = _UPRIGHT.get(image.getexif().get(ExifTags.Base.Orientation, 1))
        pixels = _eight_bits(image).convert("RGBA" if _has_alpha(image) else "RGB")
    except _UNREADABLE as error:
        raise _refusal("the picture is broken or cut off; save it again as PNG") from error
    return pixels, turn


def _open(data: bytes) -> PngImageFile | JpegImageFile | WebPImageFile:
    """The reader of the file's kind, before any pixel is decoded.

    The readers are called directly and not through Image.open(), whose limit on pixels is a
    global and another one than ours.
    """
    stream = BytesIO(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        _require_end(data)
        return PngImageFile(stream)
    if data.startswith(b"\xff\xd8\xff"):
        _require_few_scans(data)
        _require_end_of_image(data)
        return JpegImageFile(stream)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        # This reader makes room for the whole canvas when it opens.
        _require_size(webp_size(data))
        return WebPImageFile(stream)
    raise _refusal(f"the file begins with {data[:8]!r}, which is no picture that is read here")


def _require_end(data: bytes) -> None:
    # Pillow is content when the pixels are there.
    if b"\x00\x00\x00\x00IEND\xaeB`\x82" not in data:
        message = "a PNG without its last chunk"
        raise ValueError(message)


def _require_few_scans(data: bytes) -> None:
    # Within the pixels a byte 0xFF is followed by a zero, so these are all, and perhaps some more.
    scans = data.count(_START_OF_SCAN)
    if scans > _MOST_SCANS:
        raise _refusal(f"the JPEG has {scans} scans, more than {_MOST_SCANS}; save it as PNG")


def _require_end_of_image(data: bytes) -> None:
    # Without the marker it depends on the last pixels whether Pillow misses anything.
    if data.find(_END_OF_IMAGE, data.rfind(_START_OF_SCAN)) < 0:
        message = "a JPEG without its last marker"
        raise ValueError(message)


def _require_still(image: PngImageFile | JpegImageFile | WebPImageFile) -> None:
    frames = getattr(image, "n_frames", 1)
    if frames != 1:
        raise _refusal(f"the picture is animated, it has {frames} frames")


def _require_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAXIMUM_PIXELS:
        raise _refusal(f"the picture has {width} x {height} pixels, more than {MAXIMUM_PIXELS}")
    reduction = max(1.0, max(size) / LONGEST_SIDE)
    if min(size) < SHORTEST_SIDE * reduction:
        raise _refusal(f"the picture of {width} x {height} pixels is too small or too narrow")


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in ("LA", "RGBA") or "transparency" in image.info


def _eight_bits(image: Image.Image) -> Image.Image:
    # Pillow's own conversion of 16-bit grey cuts at 255 and leaves a white picture.
    return image.point(lambda value: value * (1 / 256)) if image.mode == "I;16" else image


def _cleaned(pixels: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    """The pixels alone, upright, in a picture that never knew the file."""
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = pixels if turn is None else pixels.transpose(turn)
    paper = Image.new("RGB", upright.size, _PAPER)
    paper.paste(upright, mask=upright if upright.mode == "RGBA" else None)
    return paper


def _encoded(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
