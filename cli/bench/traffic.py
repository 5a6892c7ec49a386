"""Several processes at one account: do the exchange's limits hold, and what does the gate cost?"""

import time
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from pathlib import Path

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.ret_codes import RATE_LIMITED
from cli.bench.measures import percentile
from cli.bench.minute_bars import SYMBOL
from cli.bench.plan import Plan
from cli.bench.traffic_load import NOT_SENT, Done, Work, ask_from_processes
from cli.stack.simulator import SimulatorOptions, start_simulator
from db import migrate
from db.embedded import EmbeddedPostgres
from tasks.traffic import open_gate
from trading.traffic import Call, Outcome, Purpose, Result
from trading.traffic_rules import TrafficRules

_BANNED = 403
_FREE_CALLS = 500
_NO_LIMIT = TrafficRules(pace=1_000_000)


@dataclass(frozen=True, slots=True)
class TrafficFigures:
    """Requests of several processes at an exchange that counts them.

    `free_*` is what the gate costs a request that need not wait, while nothing else happens;
    `cost_*` the same while all processes ask, and `wait_*` how long a request waited for its turn
    as the limits want it. `not_sent` are requests whose turn did not come in time.
    """

    processes: int
    calls: int
    calls_per_second: float
    rate_limited: int
    banned: int
    not_sent: int
    free_p50_ms: float
    free_p99_ms: float
    cost_p50_ms: float
    cost_p99_ms: float
    wait_p50_ms: float
    wait_p99_ms: float


def measure_traffic(plan: Plan, folder: Path) -> TrafficFigures:
    """Let processes ask as fast as they may; `folder` takes the database and logs."""
    options = SimulatorOptions(symbols=(SYMBOL,), speed="step", balance_usdt=Decimal(1_000_000))
    with (
        EmbeddedPostgres(folder / "postgres") as postgres,
        start_simulator(options, log=folder / "traffic.log") as simulator,
    ):
        migrate.upgrade(postgres.url)
        free_s = time_free_requests(postgres.url)
        access = ExchangeAccess(simulator.rest_url, simulator.api_key, simulator.api_secret)
        works = [
            Work(access, postgres.url, calls=plan.traffic_calls, first=number)
            for number in range(plan.traffic_processes)
        ]
        return figures(ask_from_processes(works), free_s=free_s)


def time_free_requests(database_url: str) -> list[float]:
    """Seconds that each of some requests, which need not wait, spends on the gate."""
    call = Call("nowhere", "bench", "positions", Purpose.READ, per_second=50)
    seconds = []
    with open_gate(database_url, _NO_LIMIT, role="bench") as gate:
        for _ in range(_FREE_CALLS):
            began = time.perf_counter()
            gate.admit(call)(Outcome(Result.ANSWERED))
            seconds.append(time.perf_counter() - began)
    return seconds


def figures(done: list[Done], *, free_s: list[float]) -> TrafficFigures:
    """What the processes found."""
    codes = sum((one.codes for one in done), Counter[int]())
    cost_s = list(chain.from_iterable(one.cost_s for one in done))
    waited_s = list(chain.from_iterable(one.waited_s for one in done))
    # Together they ask no faster than the slowest of them ends.
    seconds = max(one.seconds for one in done)
    return TrafficFigures(
        processes=len(done),
        calls=codes.total(),
        calls_per_second=round(codes.total() / seconds, 1),
        rate_limited=codes[RATE_LIMITED],
        banned=codes[_BANNED],
        not_sent=codes[NOT_SENT],
        free_p50_ms=_ms(free_s, 50),
        free_p99_ms=_ms(free_s, 99),
        cost_p50_ms=_ms(cost_s, 50),
        cost_p99_ms=_ms(cost_s, 99),
        wait_p50_ms=_ms(waited_s, 50),
        wait_p99_ms=_ms(waited_s, 99),
    )


def _ms(seconds: list[float], percent: int) -> float:
    return round(percentile(seconds, percent) * 1000, 2)
