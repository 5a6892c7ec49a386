"""Where a run takes place: one simulated exchange with one account, and one desk on it."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from pydantic import SecretStr

from cli.faults.analyst import DrawnAnalyst, no_picture
from cli.faults.secrets import API_KEY, API_SECRET
from cli.faults.watching import watched
from cli.stack.control import Control
from cli.stack.simulator import SimulatorOptions, start_simulator
from config.desk import Clock
from config.settings import Settings
from tasks.resources import Resources, open_resources
from tasks.sync import synchronise
from trading.candles import Interval

SYMBOLS = ("BTCUSDT", "ETHUSDT")
OPENING_USDT = Decimal(10_000)
_MOMENT = timedelta(milliseconds=500)
_REAL_TIME_DESK: dict[str, Any] = {"clock": Clock.SYSTEM, "interval": Interval.M1}
_STARTS = datetime(2026, 1, 1, 7, 58, 30, tzinfo=UTC)  # a funding comes soon


class MarketClock:
    """The desk's own clock: set by the market's once, then by this machine's, as a real one is."""

    def __init__(self, moment: datetime, pace: float) -> None:
        self._pace = pace
        self.set(moment)

    def __call__(self) -> datetime:
        """The present moment, UTC."""
        if self._stands_still:
            return self._moment
        return self._moment + self._pace * timedelta(seconds=time.monotonic() - self._set_at)

    def set(self, moment: datetime, *, stands_still: bool = False) -> None:
        """It is `moment` now; time goes on from here, or stands still."""
        self._moment, self._set_at = moment, time.monotonic()
        self._stands_still = stands_still


@dataclass(slots=True)
class Arena:
    """A market that runs in real time, can be wound forward, and is traded by one desk."""

    control: Control
    settings: Settings
    resources: Resources
    clock: MarketClock
    pace: float = 1.0
    between: Callable[[], None] | None = None
    """What is done after each half second that is wound, while stops are in danger."""

    def now(self) -> datetime:
        """Market time."""
        return self.clock()

    def wind(self, by: timedelta) -> None:
        """Let the market happen for so long at once."""
        self._wind_to(self.control.status().now + by)

    def wind_to_next_slot(self) -> None:
        """To just after the close of the next candle."""
        interval = self.settings.interval
        now = self.control.status().now
        self._wind_to(interval.floor(now) + interval.length + timedelta(seconds=1))

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """No market time passes inside the block."""
        self.control.set_speed("step")
        self.clock.set(self.control.status().now, stands_still=True)
        try:
            yield
        finally:
            self.control.set_speed(str(self.pace))
            self.clock.set(self.control.status().now)

    def _wind_to(self, moment: datetime) -> None:
        if self.between is not None:
            self._creep_to(moment, self.between)
        if moment > (now := self.control.status().now):
            now = self.control.advance_by(moment - now)
        self.clock.set(now)

    def _creep_to(self, moment: datetime, between: Callable[[], None]) -> None:
        between()
        while (now := self.control.status().now) < moment:
            self.clock.set(self.control.advance_by(min(moment - now, _MOMENT)))
            between()


@contextmanager
def open_arena(
    database_url: str, folder: Path, *, name: str, seed: int, pace: float = 1.0, **changes: Any
) -> Iterator[Arena]:
    """A fresh exchange and a desk on it; `name` is the account, `changes` are settings.

    `pace` is market time per wall time: below 1 for a machine that has much else to do.

    The market takes its time while the desk works, so that what is measured in market
    time is what it would take; it is wound forward only between the actions.
    """
    options = SimulatorOptions(
        seed=seed,
        symbols=SYMBOLS,
        start=_STARTS,
        speed=str(pace),
        balance_usdt=OPENING_USDT,
        api_key=API_KEY,
        api_secret=API_SECRET,
    )
    with ExitStack() as stack:
        simulator = stack.enter_context(start_simulator(options, log=folder / f"{name}.log"))
        settings = desk_settings(
            name,
            database_url=SecretStr(database_url),
            exchange_base_url=simulator.rest_url,
            exchange_api_key=simulator.api_key,
            exchange_api_secret=simulator.api_secret,
            **(_REAL_TIME_DESK | changes),
        )
        resources = stack.enter_context(open_resources(settings, role=f"faults {name}"))
        clock = MarketClock(simulator.control.status().now, pace)
        resources = replace(
            resources,
            analyst=DrawnAnalyst(Random(seed)),  # noqa: S311 - not secret
            render=no_picture,
            now=clock,
            clock_skew=timedelta(0),
        )
        synchronise(resources)
        stack.enter_context(watched(settings, clock))
        yield Arena(simulator.control, settings, resources, clock, pace)


def desk_settings(account: str, **fields: Any) -> Settings:
    """A desk that trades often: short candles, no patience, wide limits on what is not tested."""
    chosen: dict[str, Any] = {
        "account": account,
        "symbols": SYMBOLS,
        "interval": Interval.M5,
        "lookback_candles": 200,
        "cycle_max_lateness_seconds": 50,
        "clock": Clock.EXCHANGE,
        "recv_window_ms": 1000,
        "exchange_timeout_seconds": 1,
        "minimum_reward_risk": Decimal(0),
        "maximum_spread_bps": Decimal(100),
        "cooldown_after_stop_minutes": 0,
        "stop_guard_stops": 0,
        "losing_symbol_trades": 0,
        "max_symbol_loss_fraction": Decimal(1),
        "max_entries_per_day": 1000,
        "max_daily_loss_fraction": Decimal("0.5"),
        "max_drawdown_fraction": Decimal("0.9"),
        "max_funding_risk_fraction": Decimal(10),
        "max_imminent_funding_fraction": Decimal(1),
        "minimum_stop_atr": Decimal(0),
    }
    return Settings(**(chosen | fields))
