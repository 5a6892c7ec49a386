"""A desk without Prefect on a replayed market: what the backtest is held against."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr

from cli.faults.analyst import no_picture
from cli.stack.control import Control
from cli.stack.database import open_database
from cli.stack.simulator import Simulator, SimulatorOptions, start_simulator
from config.desk import Clock
from config.settings import Settings
from tasks.resources import Resources, open_resources
from trading.candles import Interval

OPENING_USDT = Decimal(10_000)
"""Small enough for every order to fill at the best price of the simulated book."""


@dataclass(frozen=True, slots=True)
class ParityOptions:
    """What both trade: `slots` candles of `interval`, walked by those of `finer` in `data`."""

    data: Path
    symbols: tuple[str, ...]
    slots: int
    interval: Interval = Interval.H1
    finer: Interval = Interval.M15
    opening_usdt: Decimal = OPENING_USDT


class SlotClock:
    """The market's time as the run itself moves it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """The present moment, UTC."""
        return self.moment


@dataclass(frozen=True, slots=True)
class Stage:
    """The exchange and the desk, ready. `first` is the first slot with enough history."""

    control: Control
    resources: Resources
    clock: SlotClock
    first: datetime

    def move_to(self, moment: datetime) -> None:
        """Let the market happen up to `moment`."""
        self.control.advance_to(moment)
        self.clock.moment = moment


@contextmanager
def open_stage(options: ParityOptions, folder: Path) -> Iterator[Stage]:
    """Start exchange and database in `folder`; both are gone afterwards.

    Raises:
        ChildError: the candles cannot be replayed; the message has the simulator's words.
    """
    market = SimulatorOptions(
        data=_walked(options, folder),
        symbols=options.symbols,
        speed="step",
        balance_usdt=options.opening_usdt,
        rate_limits=False,  # an hour of this market takes a fraction of a second
    )
    with ExitStack() as opened:
        simulator = opened.enter_context(start_simulator(market, log=folder / "simulator.log"))
        chosen = _settings(options, folder)
        url = opened.enter_context(open_database(chosen))
        settings = _on(simulator, url, chosen)
        history = settings.lookback_candles * settings.interval.length
        first = _slot_after(simulator.control.status().starts_at + history, settings.interval)
        simulator.control.advance_to(first)
        clock = SlotClock(first)
        resources = opened.enter_context(open_resources(settings, role="parity", clock=clock))
        yield Stage(
            simulator.control, replace(resources, render=no_picture), clock=clock, first=first
        )


def _walked(options: ParityOptions, folder: Path) -> Path:
    """Links to the files that the exchange is to walk: no mark prices, so mark is last."""
    market = folder / "market"
    market.mkdir()
    for symbol in options.symbols:
        for name in (f"{symbol}_{options.finer}.parquet", f"{symbol}_funding.parquet"):
            if (options.data / name).exists():
                (market / name).symlink_to((options.data / name).resolve())
    return market


def _settings(options: ParityOptions, folder: Path) -> Settings:
    """A desk with the owner's rules as they come, and no brake that would end the comparison."""
    return Settings.model_validate(
        {
            "data_folder": folder,
            "clock": Clock.EXCHANGE,
            "symbols": options.symbols,
            "interval": options.interval,
            "cycle_max_lateness_seconds": 50,
            "max_daily_loss_fraction": Decimal("0.5"),
            "max_drawdown_fraction": Decimal("0.9"),
        }
    )


def _on(simulator: Simulator, database_url: str, chosen: Settings) -> Settings:
    known = {
        "exchange_base_url": simulator.rest_url,
        "exchange_api_key": simulator.api_key,
        "exchange_api_secret": simulator.api_secret,
        "database_url": SecretStr(database_url),
    }
    return Settings.model_validate({**chosen.model_dump(), **known})


def _slot_after(moment: datetime, interval: Interval) -> datetime:
    floor = interval.floor(moment)
    return floor if floor == moment else floor + interval.length
