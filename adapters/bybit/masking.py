"""Texts of the exchange without what must not be logged."""

import re

_SIGNATURE = re.compile(r"\b[0-9a-fA-F]{64}\b")
_LONGEST = 300


class Mask:
    """Takes the given secrets, signatures and line breaks out of a text, and shortens it.

    Bybit's answer to a bad signature (10004) quotes the API key; an error page may quote anything.
    """

    def __init__(self, *secrets: str) -> None:
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text fit for a message or a log."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        text = " ".join(_SIGNATURE.sub("***", text).split())
        return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
