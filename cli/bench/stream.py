"""The monitor against the clock: from the exchange's fill to the committed row.

Each sample begins before an order is sent and ends when a listener of the database hears that the
fill is committed. So it holds the request, the exchange's matching, the push, the writing and the
notification: an upper bound of push to row.
"""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr
from sqlalchemy.orm import Session, sessionmaker

from adapters.bybit.endpoints import Write
from adapters.bybit.rows_orders import parameters_of
from adapters.bybit.transport import BybitTransport
from cli.bench.measures import percentile
from cli.bench.plan import Plan
from cli.bench.stream_market import (
    SPEED,
    STARTS,
    SYMBOLS,
    bench_order,
    bench_settings,
    write_moving_market,
)
from cli.stack.database import open_database
from cli.stack.monitor import start_monitor
from cli.stack.simulator import Simulator, SimulatorOptions, start_simulator
from cli.up.environment import worker_environment
from config.settings import Settings
from db.engine import create_engine, parse_url
from db.repositories import intents
from db.repositories.events import CHANNEL
from db.repositories.intents import NewIntent
from db.unit_of_work import session_factory, unit_of_work
from tasks.resources import desk_of, exchange_access
from trading.errors import AutotraderError
from trading.orders import OrderRequest

GOAL_MS = 50.0
_PATIENCE_SECONDS = 20.0
_PAUSE_SECONDS = 0.03
_BALANCE_USDT = Decimal(1_000_000)


class StreamBenchError(AutotraderError):
    """A fill did not become a row; the message says which."""


@dataclass(frozen=True, slots=True)
class StreamFigures:
    """Milliseconds from sending an order to hearing that its fill is a row; quotes meanwhile."""

    positions: int
    fills: int
    fill_p50_ms: float
    fill_p95_ms: float
    fill_p99_ms: float
    fill_maximum_ms: float
    quotes_per_second: float
    meets_goal: bool


def measure_stream(plan: Plan, folder: Path) -> StreamFigures:
    """Open a position in every symbol and time further fills while all of them tick."""
    symbols = SYMBOLS[: plan.stream_positions]
    count = len(symbols) + plan.stream_fills
    with _open_bench(folder, symbols, seconds=60 + count // 4) as bench:
        orders = [bench_order(number, symbols[number % len(symbols)]) for number in range(count)]
        bench.reserve(orders)
        # The first fills connect, compile statements and open the positions.
        for order in orders[: len(symbols)]:
            bench.seconds_to_row(order)
        bench.quotes = 0
        began = time.perf_counter()
        samples = [bench.seconds_to_row(order) for order in orders[len(symbols) :]]
        elapsed = time.perf_counter() - began
    return _figures(len(symbols), samples, bench.quotes / elapsed)


def _figures(positions: int, samples: list[float], quotes_per_second: float) -> StreamFigures:
    p99 = percentile(samples, 99) * 1000
    return StreamFigures(
        positions=positions,
        fills=len(samples),
        fill_p50_ms=round(percentile(samples, 50) * 1000, 1),
        fill_p95_ms=round(percentile(samples, 95) * 1000, 1),
        fill_p99_ms=round(p99, 1),
        fill_maximum_ms=round(max(samples) * 1000, 1),
        quotes_per_second=round(quotes_per_second, 1),
        meets_goal=p99 < GOAL_MS,
    )


class _Bench:
    """Sends orders and listens to the database."""

    def __init__(
        self,
        settings: Settings,
        sessions: sessionmaker[Session],
        exchange: BybitTransport,
        listener: psycopg.Connection[Any],
    ) -> None:
        self.quotes = 0
        self._account = desk_of(settings).account
        self._sessions = sessions
        self._exchange = exchange
        self._listener = listener

    def reserve(self, orders: list[OrderRequest]) -> None:
        """Make the orders the desk's own."""
        with unit_of_work(self._sessions) as session:
            for order in orders:
                new = NewIntent(
                    self._account, order, notional_usdt=Decimal(50), risk_usdt=Decimal(45)
                )
                intents.reserve(session, new, now=STARTS, check_capacity=lambda *_: None)

    def seconds_to_row(self, order: OrderRequest) -> float:
        """Send an order and wait until its fill is heard of."""
        self._hear_out()
        began = time.perf_counter()
        self._exchange.write(Write.PLACE_ORDER, **parameters_of(order))
        while True:
            heard = self._hear(_PATIENCE_SECONDS)
            if not heard:
                message = f"the fill of {order.link_id} was no row after {_PATIENCE_SECONDS:g} s"
                raise StreamBenchError(message)
            if any(topic == "executions" and order.symbol in names for topic, names in heard):
                return time.perf_counter() - began

    def _hear_out(self) -> None:
        """Listen until the next order is due, so that nothing old is taken for its fill."""
        until = time.perf_counter() + _PAUSE_SECONDS
        while (left := until - time.perf_counter()) > 0:
            self._hear(left)

    def _hear(self, seconds: float) -> list[tuple[str, list[str]]]:
        arrived = self._listener.notifies(timeout=seconds, stop_after=1)
        told = [json.loads(notify.payload) for notify in arrived]
        self.quotes += sum(len(one["symbols"]) for one in told if one["topic"] == "quotes")
        return [(one["topic"], one["symbols"]) for one in told]


@contextmanager
def _open_bench(folder: Path, symbols: tuple[str, ...], *, seconds: int) -> Iterator[_Bench]:
    with ExitStack() as stack:
        simulator = stack.enter_context(_start_exchange(folder, symbols, seconds))
        database = bench_settings(folder / "desk", symbols)
        url = stack.enter_context(open_database(database))
        settings = bench_settings(
            folder / "desk",
            symbols,
            database_url=SecretStr(url),
            exchange_base_url=simulator.rest_url,
            exchange_api_key=simulator.api_key,
            exchange_api_secret=simulator.api_secret,
        )
        log = stack.enter_context(
            (folder / "monitor.log").open("a", encoding="utf-8", buffering=1)
        )
        monitor = start_monitor(
            worker_environment(settings, {}), log=lambda line: print(line, file=log)
        )
        stack.callback(monitor.stop)
        engine = create_engine(url)
        stack.callback(engine.dispose)
        exchange = BybitTransport(exchange_access(settings))
        stack.callback(exchange.close)
        plain = parse_url(url).set(drivername="postgresql")
        listener = stack.enter_context(
            psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)
        )
        listener.execute(f"LISTEN {CHANNEL}")
        yield _Bench(settings, session_factory(engine), exchange, listener)


def _start_exchange(folder: Path, symbols: tuple[str, ...], seconds: int) -> Simulator:
    options = SimulatorOptions(
        data=write_moving_market(folder / "market", symbols, seconds=seconds),
        speed=str(SPEED),
        balance_usdt=_BALANCE_USDT,
        rate_limits=False,
    )
    return start_simulator(options, log=folder / "exchange.log")
