"""The two clocks of the server: the transport clock of requests and the steered market clock."""

import asyncio
import logging
from collections.abc import Callable

from exchange_sim.engine.errors import EngineError
from exchange_sim.engine.exchange import Exchange
from exchange_sim.server.lazy_journal import LazyJournal
from exchange_sim.server.pace import Pace

_logger = logging.getLogger(__name__)
TICK_S = 0.05  # how often the market moves on its own
RESOLUTION_MS = 5  # finer movements for single requests would cost more than they tell
FLUSH_TICKS = 20  # after how many of them the journal learns where the clock stands
SLICE_MS = 3_600_000  # how much market time passes before other requests get their turn


class Clocks:
    """Transport and market time, and the driver that lets the market happen.

    `transport_ms` reads the wall clock with the configured skew. With `follows_wall` the market
    clock IS that clock whenever the pace is real, so a restarted exchange catches up; otherwise
    the market runs at its pace from where it stands.
    """

    def __init__(
        self,
        exchange: Exchange,
        transport_ms: Callable[[], int],
        *,
        journal: LazyJournal,
        pace: Pace,
        end_ms: int | None = None,
        follows_wall: bool = False,
    ) -> None:
        self._exchange = exchange
        self.transport_ms = transport_ms
        self.skew_ms: Callable[[str], int] = (
            _no_skew  # of the clock that dates an account's requests
        )
        self._journal = journal
        self._end_ms = end_ms
        self._can_follow_wall = follows_wall
        self.pace = pace
        self._anchor()

    @property
    def follows_wall(self) -> bool:
        """Whether the market clock is the wall clock at present."""
        return self._can_follow_wall and self.pace.name == "real"

    def accepted_ms(self, account: str = "") -> tuple[int, ...]:
        """The moments a request's timestamp may be near to; in a steered market also its clock."""
        skew = self.skew_ms(account)
        transport = self.transport_ms() + skew
        return (transport,) if self.follows_wall else (transport, self._exchange.now_ms + skew)

    def target_ms(self) -> int:
        """Where the market clock should be now, never past the end of the data."""
        if self.follows_wall:
            target = self.transport_ms()
        else:
            elapsed = self.transport_ms() - self._anchor_transport_ms
            target = self._anchor_market_ms + int(elapsed * self.pace.factor)
        return target if self._end_ms is None else min(target, self._end_ms)

    def catch_up(self) -> None:
        """Move the market to its target before a request is answered, at most one slice."""
        now_ms, target = self._exchange.now_ms, self.target_ms()
        if not self.pace.is_stepped and target >= now_ms + RESOLUTION_MS:
            self._move(min(target, now_ms + SLICE_MS))

    def set_pace(self, pace: Pace) -> None:
        """Run at `pace` from here on."""
        self.catch_up()
        self.pace = pace
        self._anchor()

    async def advance(self, to_ms: int) -> None:
        """Let the market happen up to `to_ms`, an hour at a time, so that others are served.

        Raises: JournalError if the journal cannot be written.
        """
        while self._exchange.now_ms < to_ms:
            self._move(min(to_ms, self._exchange.now_ms + SLICE_MS))
            await asyncio.sleep(0)
        self._journal.flush()
        self._anchor()

    async def run(self) -> None:
        """Drive the market until cancelled; stepped markets only wait."""
        while True:
            for _ in range(FLUSH_TICKS):
                await self._drive()
                await asyncio.sleep(TICK_S)
            try:
                self._journal.flush()
            except EngineError as error:
                _logger.warning("clock_not_journalled now_ms=%s %s", self._exchange.now_ms, error)

    async def _drive(self) -> None:
        if self.pace.is_stepped:
            return
        target = self.target_ms()
        while self._exchange.now_ms < target:
            self._move(min(target, self._exchange.now_ms + SLICE_MS))
            await asyncio.sleep(0)

    def _move(self, to_ms: int) -> None:
        if to_ms > self._exchange.now_ms:
            self._exchange.advance(to_ms)

    def _anchor(self) -> None:
        self._anchor_transport_ms = self.transport_ms()
        self._anchor_market_ms = self._exchange.now_ms


def _no_skew(_account: str) -> int:
    return 0
