"""Where the desk's own log lines go while it is tested: a file, for the search for secrets."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog


@contextmanager
def silenced(log: Path) -> Iterator[None]:
    """Everything that is logged inside the block goes to `log`, nothing to the terminal."""
    handler = logging.FileHandler(log)
    root = logging.getLogger()
    before, root.handlers = root.handlers, [handler]
    configured = structlog.get_config()
    with log.open("a") as file:
        structlog.configure(
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                structlog.processors.KeyValueRenderer(),
            ],
            wrapper_class=structlog.BoundLogger,
            logger_factory=structlog.WriteLoggerFactory(file=file),
            cache_logger_on_first_use=False,
        )
        try:
            yield
        finally:
            root.handlers = before
            handler.close()
            structlog.configure(**configured)
