"""Picture files made by hand, good and bad; none is stored."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, PngImagePlugin

from trading.chart import UploadedChart

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
KINDS = ("PNG", "JPEG", "WEBP")
SECRET = "51.5007N-owner-home"


def picture(width: int = 200, height: int = 100, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue: turning and cutting it can be seen."""
    image = Image.new("RGB", (width, height), "red")
    image.paste((0, 0, 255), (width // 2, 0, width, height))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def animated(kind: str) -> bytes:
    frames = [picture(), picture().rotate(180)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def with_secrets(kind: str, orientation: int = 1) -> bytes:
    """EXIF with a place and an orientation, a profile, and on PNG a text."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET
    exif[0x8825] = {1: "N", 29: SECRET}
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    options = {"pnginfo": text} if kind == "PNG" else {}
    return encoded(picture(), kind, exif=exif, icc_profile=SECRET.encode() * 9, **options)


def png(width: int, height: int, pixels: bytes, *, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG whose header says what is given, whatever the pixels are."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(name, data) for name, data in parts)


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def webp(kind: bytes, body: bytes) -> bytes:
    """A WebP file with one chunk."""
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def vp8x(width: int, height: int) -> bytes:
    """The chunk of an extended WebP that says how large its canvas is."""
    sides = (side.to_bytes(3, "little") for side in (width - 1, height - 1))
    return webp(b"VP8X", bytes(4) + b"".join(sides))


def opened(chart: UploadedChart) -> Image.Image:
    """The picture that came out."""
    return Image.open(io.BytesIO(chart.png))


def colour(chart: UploadedChart, x: int, y: int) -> tuple[int, ...]:
    """The pixel at a place, with the loss of JPEG and WebP rounded away."""
    pixel = opened(chart).getpixel((x, y))
    assert isinstance(pixel, tuple)
    return tuple(255 * round(channel / 255) for channel in pixel)
