"""The simulated exchange against the clock: orders taken, bars replayed."""

import time
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from cli.bench.measures import percentile
from cli.bench.minute_bars import SYMBOL, write_minute_bars
from cli.bench.order_load import Load, Timings, send_load
from cli.bench.own_process import in_own_process
from cli.bench.plan import Plan
from cli.stack.simulator import Simulator, SimulatorOptions, start_simulator

_QUANTITY = Decimal("0.001")
_BALANCE_USDT = Decimal(1_000_000)
_STRIDE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SimulatorFigures:
    """Signed order creates over keep-alive connections, and a replay with one open position.

    The client is a process of its own on the same machine and takes its share of the cores.
    """

    orders: int
    connections: int
    orders_per_second: float
    order_p50_ms: float
    order_p99_ms: float
    bars: int
    bars_per_second: float


def measure_simulator(plan: Plan, folder: Path) -> SimulatorFigures:
    """Time orders and a replay on two exchanges of their own; `folder` takes data and logs."""
    timings = _time_orders(plan, folder)
    replayed_s = _time_replay(plan, folder)
    return SimulatorFigures(
        orders=plan.orders,
        connections=plan.connections,
        orders_per_second=round(len(timings.each_s) / timings.total_s, 1),
        order_p50_ms=round(percentile(timings.each_s, 50) * 1000, 2),
        order_p99_ms=round(percentile(timings.each_s, 99) * 1000, 2),
        bars=plan.bars,
        bars_per_second=round(plan.bars / replayed_s, 1),
    )


def _time_orders(plan: Plan, folder: Path) -> Timings:
    options = SimulatorOptions(
        symbols=(SYMBOL,), speed="step", balance_usdt=_BALANCE_USDT, rate_limits=False
    )
    with start_simulator(options, log=folder / "orders.log") as simulator:
        return in_own_process(send_load, _load(simulator, plan.orders, plan.connections))


def _time_replay(plan: Plan, folder: Path) -> float:
    """Seconds to replay all bars in strides of an hour, as a caller that looks in between."""
    data = folder / "bars"
    data.mkdir()
    write_minute_bars(data, plan.bars)
    options = SimulatorOptions(
        data=data, speed="step", balance_usdt=_BALANCE_USDT, rate_limits=False
    )
    with start_simulator(options, log=folder / "replay.log") as simulator:
        send_load(_load(simulator, orders=1, connections=1))
        status = simulator.control.status()
        end = status.ends_at or status.now + plan.bars * timedelta(minutes=1)
        moment = status.now
        began = time.perf_counter()
        while moment < end:
            moment = min(moment + _STRIDE, end)
            simulator.control.advance_to(moment)
        return time.perf_counter() - began


def _load(simulator: Simulator, orders: int, connections: int) -> Load:
    return Load(
        rest_url=simulator.rest_url,
        api_key=simulator.api_key,
        api_secret=simulator.api_secret,
        symbol=SYMBOL,
        quantity=_QUANTITY,
        orders=orders,
        connections=connections,
    )
