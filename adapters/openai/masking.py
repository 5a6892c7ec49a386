"""Texts of a model server without what must not be shown."""

import re

# A key that the server quotes is shortened by it, but never enough for a log.
_KEY = re.compile(r"\b(?:sk|org|proj|req)-[A-Za-z0-9_*.-]{3,}")
_LONGEST = 300


class Mask:
    """Takes the key, whatever looks like one, and line breaks out of a text, and shortens it."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, text: str) -> str:
        """The text fit for a message or a log."""
        if self._key:
            text = text.replace(self._key, "***")
        text = " ".join(_KEY.sub("***", text).split())
        printable = "".join(one for one in text if one.isprintable())
        return printable if len(printable) <= _LONGEST else printable[:_LONGEST] + "…"
