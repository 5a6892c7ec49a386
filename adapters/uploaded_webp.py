"""The size of a WebP picture from its first bytes, before a decoder makes room for it.

Layout: WebP Container Specification, developers.google.com/speed/webp/docs/riff_container, and
RFC 9649 (read 2026-11-21).
"""

import struct


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of the canvas in pixels.

    Broken files raise what Pillow's readers raise: ValueError for a first chunk that no picture
    begins with, struct.error for data that end within it.
    """
    kind = data[12:16]
    if kind == b"VP8X":
        # Two numbers of 24 bits, each one less than the side.
        wide, wider, high, higher = struct.unpack_from("<HBHB", data, 24)
        return (wider << 16 | wide) + 1, (higher << 16 | high) + 1
    if kind == b"VP8L":
        # After a signature byte: 14 bits for each side, one less than it.
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        # After a frame tag and a start code: 14 bits for each side, then its scaling.
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    message = f"a WebP file begins with the chunk {kind!r}, which holds no picture"
    raise ValueError(message)
