"""Keep secrets out of everything that is written down."""

import json
import logging
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from config.explanations import HIDDEN
from config.settings import Settings


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Every secret text of the settings, the database password by itself among them."""
    values = [
        value.get_secret_value()
        for name in type(settings).model_fields
        if isinstance(value := getattr(settings, name), SecretStr)
    ]
    password = urlsplit(settings.database_url.get_secret_value()).password or ""
    return tuple(value for value in (*values, password, unquote(password)) if value)


def mask(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret in it replaced, as it is or escaped by JSON or `repr`."""
    spellings = {
        spelling
        for secret in secrets
        for spelling in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1])
        if spelling
    }
    # The longest first: a secret may be a part of another, and its rest would stay readable.
    for spelling in sorted(spellings, key=lambda one: (-len(one), one)):
        text = text.replace(spelling, HIDDEN)
    return text


def masked(renderer: Processor, secrets: Iterable[str]) -> Processor:
    """The structlog renderer with secrets replaced in the finished line, traceback included."""
    known = tuple(secrets)

    def render(logger: WrappedLogger, method: str, event: EventDict) -> str:
        return mask(str(renderer(logger, method, event)), known)

    return render


class MaskingFilter(logging.Filter):
    """Replaces secrets in the records of a handler whose formatter is not ours."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; every record passes."""
        record.msg = mask(record.getMessage(), self._secrets)
        record.args = None
        if record.exc_info:
            # Rendered here and dropped, or the handler would format the exception itself.
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = mask(text, self._secrets)
            record.exc_info = None
        return True
