"""A simulated exchange as a child process."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Self

from pydantic import SecretStr

from cli.stack.child_output import Sink
from cli.stack.children import Child
from cli.stack.control import Control
from cli.stack.environment import neutral_environment

_READY = timedelta(seconds=60)  # a year of minute candles of fifty symbols is read in less


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorOptions:
    """The command line of `python -m exchange_sim`. None leaves an option at its default.

    `data` replays a folder of candles, else `seed` makes a market that starts at `start`. `speed`
    is `real`, `step` or a factor; port 0 takes any free one. Without a key one is made up.
    """

    data: Path | None = None
    seed: int = 1
    symbols: tuple[str, ...] | None = None
    start: datetime | None = None
    speed: str = "real"
    port: int = 0
    balance_usdt: Decimal | None = None
    journal: Path | None = None
    rate_limits: bool = True
    api_key: SecretStr | None = None
    api_secret: SecretStr | None = None
    control_token: SecretStr | None = None

    def arguments(self) -> list[str]:
        """The options as words of a command line."""
        return [word for name, value in self._given() for word in (name, value)]

    def _given(self) -> Iterator[tuple[str, str]]:
        yield "--speed", self.speed
        yield "--port", str(self.port)
        if self.data is not None:
            yield "--data", str(self.data.resolve())
        else:
            yield "--seed", str(self.seed)
        if self.data is None and self.start is not None:
            yield "--start", self.start.isoformat()
        if self.symbols is not None:
            yield "--symbols", ",".join(self.symbols)
        if self.balance_usdt is not None:
            yield "--balance", format(self.balance_usdt, "f")
        if self.journal is not None:
            yield "--journal", str(self.journal.resolve())
        if not self.rate_limits:
            yield "--rate-limits", "off"
        yield from self._secrets()

    def _secrets(self) -> Iterator[tuple[str, str]]:
        secrets = {
            "--api-key": self.api_key,
            "--api-secret": self.api_secret,
            "--control-token": self.control_token,
        }
        for name, secret in secrets.items():
            if secret is not None and secret.get_secret_value():
                yield name, secret.get_secret_value()


@dataclass(frozen=True, slots=True)
class Simulator:
    """A simulated exchange that is ready, and how to reach it."""

    child: Child
    control: Control
    rest_url: str
    websocket_url: str
    api_key: SecretStr
    api_secret: SecretStr

    def stop(self) -> None:
        """Stop the exchange."""
        self.control.close()
        self.child.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def start_simulator(options: SimulatorOptions, *, log: Path | Sink) -> Simulator:
    """Start a simulated exchange and wait until it is ready.

    Raises:
        ChildError: it did not start; the message has its own words (bad data, a taken port).
    """
    command = [sys.executable, "-m", "exchange_sim", "--json", *options.arguments()]
    child = Child.start("simulator", command, neutral_environment(), log=log, announces=True)
    with ExitStack() as undo:
        undo.callback(child.stop)
        child.wait_until_ready(lambda: child.announcement is not None, _READY)
        undo.pop_all()
    facts = json.loads(child.announcement or "")
    return Simulator(
        child=child,
        control=Control(facts["control"], facts["control_token"]),
        rest_url=facts["rest"],
        websocket_url=facts["websocket"],
        api_key=SecretStr(facts["api_key"]),
        api_secret=SecretStr(facts["api_secret"]),
    )
