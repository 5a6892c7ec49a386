"""The settings in force: those of the environment, or those an entry point chose for its runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from config.settings import Settings

_chosen: ContextVar[Settings | None] = ContextVar("settings in force", default=None)


def current_settings() -> Settings:
    """What a flow run works with. A worker's run finds them in its environment.

    Raises:
        MisconfiguredError: the environment holds settings that are not allowed.
    """
    return _chosen.get() or Settings.load()


@contextmanager
def settings_in_force(settings: Settings) -> Iterator[None]:
    """Runs started inside the block use `settings`, whatever the environment says.

    For the demo and for tests, which must never meet the owner's own keys.
    """
    token = _chosen.set(settings)
    try:
        yield
    finally:
        _chosen.reset(token)
