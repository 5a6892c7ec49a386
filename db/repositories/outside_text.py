"""Text of strangers, made fit for PostgreSQL: it holds no NUL and no half surrogate pair."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` with what a text column cannot hold replaced by U+FFFD; for names and remarks."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def text_bytes(text: str | None) -> bytes | None:
    """`text` as UTF-8 without loss, half surrogate pairs included; see `text_of`."""
    return None if text is None else text.encode(errors="surrogatepass")


def text_of(stored: bytes | None) -> str | None:
    """The very text that `text_bytes` was given."""
    return None if stored is None else stored.decode(errors="surrogatepass")
