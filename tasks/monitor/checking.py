"""Whether a stream that is silent has nothing to tell, or has stopped telling.

A socket may answer every ping and push nothing more. So from time to time the exchange is asked by
REST what happened, and what it lists must have been pushed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Protocol

import structlog

from tasks.clock import Clock
from tasks.monitor.delivered import Delivered
from tasks.monitor.tally import Seen, Tally
from trading.errors import BadDataError, ExchangeError
from trading.executions import Execution
from trading.market import Ticker
from trading.pushes import Quote

EVERY = timedelta(seconds=15)
"""Between two looks. What two looks in a row find missing is lost; one may have been too early."""

LOOK_BACK = timedelta(minutes=10)

log = structlog.get_logger()

Complain = Callable[[str], None]
"""Has a socket replaced, saying why."""


class AsksExchange(Protocol):
    """What is asked by REST."""

    def executions_since(self, since: datetime) -> list[Execution]:
        """What happened to positions."""
        ...

    def ticker(self, symbol: str) -> Ticker:
        """Prices of now."""
        ...


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What is done after a look.

    Where something is missing: another socket, and a sync for fills. Where nothing is, `vouch` for
    everything up to the moment of the look.
    """

    private: Complain
    public: Complain
    sync: Complain
    vouch: Callable[[datetime], None]


class Checker:
    """Holds what was pushed against what the exchange lists."""

    def __init__(
        self,
        exchange: AsksExchange,
        now: Clock,
        symbols: Sequence[str],
        delivered: Delivered,
        tally: Tally,
        *,
        outcomes: Outcomes,
    ) -> None:
        self._exchange = exchange
        self._now = now
        self._symbols = tuple(symbols)
        self._delivered = delivered
        self._tally = tally
        self._outcomes = outcomes
        self._since: datetime | None = None
        self._suspects: frozenset[str] = frozenset()
        self._quote: Quote | None = None

    def private_opened(self) -> None:
        """A new private socket is subscribed: it must tell all that happens from now on."""
        self._since, self._suspects = self._now(), frozenset()

    def run(self, stop: Event, *, every: timedelta = EVERY) -> None:
        """Look again and again until `stop`."""
        while not stop.wait(every.total_seconds()):
            try:
                self.look()
            except (ExchangeError, BadDataError) as error:
                log.warning("stream could not be checked", reason=str(error))

    def look(self) -> None:
        """Look once, and vouch for the stream if nothing is missing.

        Raises:
            ExchangeError: the exchange did not answer, so nothing is known.
        """
        at = self._now()
        self._tally.add(Seen.CHECKS)
        tells_prices = self._tells_prices()
        if self._since is not None and self._tells_fills(self._since, at) and tells_prices:
            self._outcomes.vouch(at)

    def _tells_fills(self, since: datetime, at: datetime) -> bool:
        listed = self._exchange.executions_since(max(since, at - LOOK_BACK))
        ids = {row.execution_id for row in listed if row.executed_at > since}
        missing = self._delivered.missing(ids)
        lost, self._suspects = missing & self._suspects, missing
        if lost:
            self._suspects = frozenset()
            self._tally.add(Seen.MISSED, len(lost))
            self._outcomes.private(f"{len(lost)} executions were not pushed")
            self._outcomes.sync("executions were not pushed")
        return not missing

    def _tells_prices(self) -> bool:
        """Whether the first symbol's quote is new, or the market itself stands still."""
        symbol = self._symbols[0]
        before, self._quote = self._quote, self._delivered.quote(symbol)
        if self._quote is None or self._quote is not before:
            return self._quote is not None
        ticker = self._exchange.ticker(symbol)
        if _prices(ticker) == _prices(self._quote):
            return True
        self._outcomes.public(f"{symbol} moved and no quote was pushed")
        return False


def _prices(seen: Ticker | Quote) -> tuple[object, ...]:
    return seen.last, seen.mark, seen.bid, seen.ask
