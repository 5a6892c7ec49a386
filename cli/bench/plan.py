"""How much is measured: enough for medians, or just enough to see that everything works."""

from dataclasses import dataclass
from enum import StrEnum

# All are listed on the simulated exchange.
SYMBOLS = (
    "BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "XRPUSDT", "ADAUSDT", "DOGEUSDT", "AVAXUSDT",
    "LINKUSDT", "LTCUSDT", "AAVEUSDT", "SUIUSDT", "BCHUSDT", "ETCUSDT", "XLMUSDT", "DOTUSDT",
    "TRXUSDT", "TONUSDT", "NEARUSDT", "ARBUSDT",
)  # fmt: skip


class Part(StrEnum):
    """What can be measured alone."""

    CYCLE = "cycle"
    SIMULATOR = "simulator"
    DEMO = "demo"
    TRAFFIC = "traffic"
    STREAM = "stream"
    ANALYST = "analyst"
    BACKTEST = "backtest"


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes of the measurements.

    Each cycle is timed `runs` times, each in a slot of its own, over each number of symbols in
    `sizes`; the largest also with an analyst who answers after `thinking_s` seconds. Each of
    `traffic_processes` makes `traffic_calls` requests at one exchange. `stream_fills` are timed
    while `stream_positions` tick. `looks` are timed with a model that answers at once, and
    `model_runs` cycles with one that answers after `model_thinks_s` seconds. Backtests run
    `backtest_reps` times over the first `backtest_bars` candles (0: all), sweeps a fifth as often
    over `backtest_combinations`.
    """

    sizes: tuple[int, ...] = (1, 5, 10, 20)
    runs: int = 5
    thinking_s: float = 2.0
    orders: int = 4000
    connections: int = 8
    bars: int = 100_000
    demo_hours: int = 24
    traffic_processes: int = 4
    traffic_calls: int = 1000
    stream_positions: int = 50
    stream_fills: int = 400
    looks: int = 40
    model_runs: int = 5
    model_thinks_s: float = 5.0
    backtest_bars: int = 0
    backtest_combinations: int = 1000
    backtest_reps: int = 15

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols of the largest cycle."""
        return SYMBOLS[: max(self.sizes)]


FULL = Plan()
QUICK = Plan(
    sizes=(1, 3),
    runs=1,
    thinking_s=0.2,
    orders=80,
    connections=2,
    bars=2000,
    demo_hours=2,
    traffic_calls=60,
    stream_positions=3,
    stream_fills=10,
    looks=2,
    model_runs=1,
    model_thinks_s=0.2,
    backtest_bars=5_000,
    backtest_combinations=20,
    backtest_reps=1,
)
