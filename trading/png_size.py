"""How large a PNG is, by its head alone."""

import struct

_SIZE = struct.Struct(">II")
_SIZE_AT = 16  # after the signature and the head of the first chunk


def png_size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels, of a picture that this program drew."""
    width, height = _SIZE.unpack_from(png, _SIZE_AT)
    return width, height
