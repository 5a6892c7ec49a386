"""How the desk logs: key-value lines with UTC time, for a person or as JSON, secrets masked."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config.masking import masked, secrets_of
from config.places import LogFormat
from config.settings import Settings
from trading.errors import AutotraderError, InvariantError

_PREFECTS = "prefect.logging.handlers"


def configure_logging(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send every log line of the process, ours and the libraries', to `stream` (stderr).

    Called once by each entry point. Calling it again replaces what was set before.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(settings))
    root = logging.getLogger()
    for old in tuple(root.handlers):
        if _prints_lines_too(old):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.log_level.upper())
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        # Not cached: a logger made before this call would keep the old settings for good.
        cache_logger_on_first_use=False,
    )


def _prints_lines_too(handler: logging.Handler) -> bool:
    # Prefect sets its own up when it is imported: it would show each line again, secrets unmasked.
    # Told by its place, because to import it takes a second; imported later, it leaves ours alone.
    is_ours = isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    return is_ours or type(handler).__module__ == _PREFECTS


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(settings: Settings) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_needless_traceback,
            structlog.processors.format_exc_info,
            masked(_renderer(settings.log_format), secrets_of(settings)),
        ],
    )


def _without_needless_traceback(
    _logger: WrappedLogger, _method: str, event: EventDict
) -> EventDict:
    """The event without the traceback of an error whose message says all there is to do.

    A broken invariant is a bug of ours: its traceback stays.
    """
    raised = event.get("exc_info")
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, AutotraderError) and not isinstance(error, InvariantError):
        del event["exc_info"]
    return event


def _renderer(log_format: LogFormat) -> Processor:
    match log_format:
        case LogFormat.JSON:
            return structlog.processors.JSONRenderer(sort_keys=True, default=str)
        case LogFormat.CONSOLE:
            return structlog.dev.ConsoleRenderer(colors=False, sort_keys=True)
