"""A desk that ends and starts again: what it only knew in its head is forgotten."""

from contextlib import ExitStack
from dataclasses import replace

from cli.faults.arena import Arena
from tasks.resources import open_resources


class Restarts:
    """Opens the desk of an arena anew, as often as it is asked to; all end with the block."""

    def __init__(self, arena: Arena) -> None:
        self._arena = arena
        self._opened = ExitStack()
        self.count = 0

    def __call__(self) -> None:
        """End the desk and start it again: new connections, the database as it is.

        Raises:
            ExchangeError: the exchange refuses or does not answer; the desk of before stays.
        """
        before = self._arena.resources
        with ExitStack() as undo:
            opened = undo.enter_context(
                open_resources(self._arena.settings, role=f"restart {self.count + 1}")
            )
            self._opened.close()
            self._opened = undo.pop_all()
        self.count += 1
        self._arena.resources = replace(
            opened,
            analyst=before.analyst,
            render=before.render,
            now=before.now,
            clock_skew=before.clock_skew,
        )

    def __enter__(self) -> "Restarts":
        return self

    def __exit__(self, *_error: object) -> None:
        self._opened.close()
