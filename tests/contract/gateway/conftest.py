"""The gateway against the simulated exchange, a process of its own, as in paper trading."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO

import httpx
import pytest
import stamina
from pydantic import SecretStr

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.gateway import BybitGateway, connect
from trading import risk
from trading.market import Ticker
from trading.orders import OrderRequest, OrderType, Side
from trading.risk import Approved

ROOT = Path(__file__).parents[3]
SYMBOL = "BTCUSDT"


@dataclass(frozen=True)
class Venue:
    """A running simulated exchange and a gateway to it."""

    rest: str
    api_key: str
    api_secret: str
    control: str
    control_token: str
    gateway: BybitGateway
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End the exchange without warning, as a power cut would."""
        self.process.kill()
        self.process.wait(20)

    def advance(self, by: timedelta) -> None:
        """Let the market happen; returns when it is there."""
        answer = httpx.post(
            f"{self.control}/advance",
            json={"by_ms": by // timedelta(milliseconds=1)},
            headers={"X-Control-Token": self.control_token},
            trust_env=False,
            timeout=60,
        )
        answer.raise_for_status()


def start(*options: str) -> tuple[subprocess.Popen[str], dict[str, str]]:
    """A simulated exchange of its own on a free port, and where it is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "exchange_sim", "--json", "--port", "0", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    line = _output_of(process).readline()
    assert line, f"the simulated exchange did not start, exit code {process.wait(10)}"
    return process, json.loads(line)


def _output_of(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


@pytest.fixture
def open_venue() -> Iterator[Callable[..., Venue]]:
    """Start venues with options of the test; all end with it."""
    running: list[tuple[subprocess.Popen[str], BybitGateway]] = []

    def start_one(*options: str) -> Venue:
        process, facts = start(*options)
        gateway = connect(
            ExchangeAccess(
                facts["rest"], SecretStr(facts["api_key"]), SecretStr(facts["api_secret"])
            )
        )
        running.append((process, gateway))
        names = ("rest", "api_key", "api_secret", "control", "control_token")
        return Venue(**{name: facts[name] for name in names}, gateway=gateway, process=process)

    yield start_one
    for process, gateway in running:
        gateway.close()
        process.terminate()
        process.wait(20)
        _output_of(process).close()


@pytest.fixture
def venue(open_venue: Callable[..., Venue]) -> Venue:
    """A stepped synthetic market of one symbol without rate limits."""
    return open_venue(
        "--speed", "step", "--seed", "1", "--symbols", SYMBOL,
        "--start", "2026-01-05T00:00:00Z", "--rate-limits", "off",
    )  # fmt: skip


@pytest.fixture
def gateway(venue: Venue) -> BybitGateway:
    return venue.gateway


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def long_entry(ticker: Ticker, link_id: str, **changes: object) -> Approved:
    """A market order for a long with a stop and target 5 % away, as if reviewed."""
    fields: dict[str, object] = {
        "link_id": link_id,
        "symbol": SYMBOL,
        "side": Side.BUY,
        "order_type": OrderType.MARKET,
        "quantity": Decimal("0.010"),
        "stop_loss": (ticker.last * Decimal("0.95")).quantize(Decimal("0.1")),
        "take_profit": (ticker.last * Decimal("1.05")).quantize(Decimal("0.1")),
    }
    order = OrderRequest(**(fields | changes))  # type: ignore[arg-type]
    return Approved(order, Decimal(0), Decimal(0), None, seal=risk._SEAL)


def resting_entry(ticker: Ticker, link_id: str) -> Approved:
    """A limit order for a long 3 % below the market, which rests."""
    price = (ticker.last * Decimal("0.97")).quantize(Decimal("0.1"))
    return long_entry(ticker, link_id, order_type=OrderType.LIMIT, price=price)
