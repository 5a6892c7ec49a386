"""The owner's settings, with which every command begins."""

import logging

from config.logging import configure_logging
from config.places import LogLevel
from config.settings import Settings

_TALKATIVE = ("alembic", "httpx", "httpx2")  # a line per request says nothing to the owner


def load_settings() -> Settings:
    """The owner's settings, logging as they say.

    Raises:
        MisconfiguredError: a setting is wrong; the message names it.
    """
    settings = Settings.load()
    configure_logging(settings)
    if settings.log_level is not LogLevel.DEBUG:
        for library in _TALKATIVE:
            logging.getLogger(library).setLevel(logging.WARNING)
    return settings
