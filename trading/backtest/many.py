"""Many runs over one market, of which one row of figures each is kept."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from trading.backtest.kernel import advance
from trading.backtest.kernel_values import World
from trading.backtest.market import Market
from trading.backtest.orders import make_orders
from trading.backtest.records_in_memory import Records
from trading.backtest.refusals import NO_NEXT_BAR
from trading.backtest.rules import Rules
from trading.backtest.run import value_open_trades
from trading.backtest.scene import make_world, next_world
from trading.backtest.signals import Signals
from trading.backtest.summaries import SUMMARY, Summaries, day_ends, summarise
from trading.checks import require


@dataclass(frozen=True, slots=True)
class Batch:
    """Signals, made once and when their turn comes, traded once by each of `rules`."""

    signals: Callable[[], Sequence[Signals]]
    rules: Sequence[Rules]


def run_many(
    market: Market,
    batches: Iterable[Batch],
    *,
    threads: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Summaries:
    """One row per run, in the order of `batches` and of the rules in each.

    `batches` is read as the work proceeds, and of a curve a thread keeps a few bars at a time:
    memory does not grow with the number of runs. `progress` is told how many runs are finished,
    from any thread, one at a time. What a batch's signals raise ends everything and is raised
    here.
    """
    require(threads >= 1, f"threads is {threads}; at least 1")
    queue = _Queue(enumerate(batches), progress)
    # Cached by the market when first asked for, which two threads must not do at once.
    _ = market.candles, market.at_ms, market.places
    if threads == 1:
        _work(market, queue)
    else:
        with ThreadPoolExecutor(threads) as pool:
            try:
                for worker in [pool.submit(_work, market, queue) for _ in range(threads)]:
                    worker.result()
            finally:
                queue.stop()
    parts = [queue.done[place] for place in sorted(queue.done)]
    return Summaries.of(np.concatenate(parts) if parts else np.empty(0, SUMMARY))


@dataclass(slots=True)
class _Queue:
    """Batches to do and rows done, shared by threads."""

    batches: Iterator[tuple[int, Batch]]
    progress: Callable[[int], None] | None
    done: dict[int, Records] = field(default_factory=dict)
    finished: int = 0
    is_stopped: bool = False
    lock: Lock = field(default_factory=Lock)

    def take(self) -> tuple[int, Batch] | None:
        """The next batch and its place; None when there is no more to do."""
        with self.lock:
            return None if self.is_stopped else next(self.batches, None)

    def put(self, place: int, rows: Records) -> None:
        """Keep the rows of a finished batch."""
        with self.lock:
            self.done[place] = rows
            self.finished += len(rows)
            if self.progress is not None:
                self.progress(self.finished)

    def stop(self) -> None:
        """Let each thread end with the batch it is at."""
        self.is_stopped = True


def _work(market: Market, queue: _Queue) -> None:
    ends = day_ends(market)
    world: World | None = None
    try:
        while (taken := queue.take()) is not None:
            place, batch = taken
            orders, late = make_orders(market, batch.signals())
            rows = np.zeros(len(batch.rules), SUMMARY)
            for row, rules in zip(rows, batch.rules, strict=True):
                if world is None:
                    world = make_world(market, orders, rules, day_ends=ends)
                else:
                    world = next_world(world, market, orders, rules)
                advance(world, 0, len(market))
                world.refused[NO_NEXT_BAR] += late
                value_open_trades(market, world)
                summarise(world, rules.account.initial_equity_usdt, row)
            queue.put(place, rows)
    finally:
        # Also after an error: the others need not finish what nobody will see.
        queue.stop()
