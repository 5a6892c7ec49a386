"""The same beginning for every attempt: an exchange and a database as they stood at one moment."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr

from cli.faults.analyst import no_picture
from cli.faults.arena import OPENING_USDT, desk_settings
from cli.faults.kill.bull import always_long
from cli.faults.kill.databases import copied, made
from cli.stack.control import Control
from cli.stack.simulator import SimulatorOptions, start_simulator
from config.settings import Settings
from db import migrate
from flows.trading_cycle import run_cycle
from tasks.resources import Resources, open_resources
from tasks.sync import synchronise
from trading.errors import InvariantError

SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
STARTS = datetime(2026, 1, 1, tzinfo=UTC)
_LONGEST = timedelta(hours=12)
_ACCOUNT = "killed"
_KEY, _SECRET = SecretStr("kill-key-of-an-auditor"), SecretStr("kill-secret-of-an-auditor")


@dataclass(frozen=True, slots=True)
class Scene:
    """One attempt: a copy of the exchange and of the database, and the desk's settings there.

    `began_ms` is market time, `exchange_id` the exchange's process, `journal` its file; `log` has
    what the children of the attempt raised.
    """

    control: Control
    settings: Settings
    began_ms: int
    exchange_id: int
    journal: Path
    log: Path

    def wind(self, by: timedelta) -> None:
        """Let the market happen for so long; otherwise it stands still."""
        self.control.advance_to(self.control.status().now + by)


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where every attempt begins, made once by `prepare` and then copied.

    In it the desk holds one position, and two were closed by their stops or targets since the
    last sync: the next cycle has something to book, something to leave alone and something to
    enter. Before a sync, the stop of what is held has vanished as well.
    """

    server_url: str
    folder: Path
    name: str = "beginning"

    @contextmanager
    def played(self, work: str, *, name: str) -> Iterator[Scene]:
        """A copy of the beginning of `work`, gone after the block; `name` is the copy's."""
        journal = self.folder / f"{name}.journal"
        shutil.copy(self._journal, journal)
        with (
            copied(self.server_url, self.name, name) as url,
            _scene(journal, url, self.folder / name) as scene,
        ):
            if work == "sync":
                scene.control.switch_on({"name": "tpsl.vanish"})
                scene.control.switch_off()
            yield scene
        journal.unlink()

    def prepare(self) -> str:
        """Make it; the hash of the exchange's state, equal for all beginnings ever made (I16)."""
        url = made(self.server_url, self.name)
        migrate.upgrade(url)
        with _scene(self._journal, url, self.folder / self.name) as scene:
            scene.control.advance_to(STARTS + timedelta(hours=1, seconds=1))
            with desk(scene.settings) as resources:
                synchronise(resources)
                run_cycle(resources, None)
                synchronise(resources)
                _wind_until(scene, lambda: len(resources.gateway.positions()) == 1)
            return str(scene.control.records()["state_hash"])

    @property
    def _journal(self) -> Path:
        return self.folder / f"{self.name}.journal"


@contextmanager
def desk(settings: Settings) -> Iterator[Resources]:
    """The desk with an analyst that says the same whenever it is asked the same."""
    with open_resources(settings, role="killed") as resources:
        yield replace(resources, analyst=always_long, render=no_picture)


@contextmanager
def _scene(journal: Path, database_url: str, files: Path) -> Iterator[Scene]:
    options = SimulatorOptions(
        seed=7,
        symbols=SYMBOLS,
        start=STARTS,
        speed="step",
        balance_usdt=OPENING_USDT,
        journal=journal,
        api_key=_KEY,
        api_secret=_SECRET,
    )
    with start_simulator(options, log=files.with_suffix(".exchange.log")) as simulator:
        settings = desk_settings(
            _ACCOUNT,
            symbols=SYMBOLS,
            database_url=SecretStr(database_url),
            exchange_base_url=simulator.rest_url,
            exchange_api_key=_KEY,
            exchange_api_secret=_SECRET,
            max_total_exposure_fraction=Decimal(5),
        )
        yield Scene(
            control=simulator.control,
            settings=settings,
            began_ms=int(simulator.control.status().now.timestamp() * 1000),
            exchange_id=simulator.child.process_id,
            journal=journal,
            log=files.with_suffix(".children.log"),
        )


def _wind_until(scene: Scene, has_come: Callable[[], bool]) -> None:
    """To just after the start of the first slot in which it has come."""
    interval = scene.settings.interval
    ends = scene.control.status().now + _LONGEST
    while not has_come():
        now = scene.control.status().now
        if now > ends:
            message = f"what was waited for did not come within {_LONGEST}; choose another seed"
            raise InvariantError(message)
        scene.control.advance_to(interval.floor(now) + interval.length + timedelta(seconds=1))
