"""A run measured: every headline figure with its interval, from one call."""

from trading.checks import require
from trading.metrics import equity_figures, trade_figures
from trading.metrics.columns import AccountRecord
from trading.metrics.evidence import gather
from trading.metrics.headline import Metrics
from trading.metrics.sharpe import Trials

__all__ = ["Metrics", "measure"]

LEAST_DRAWS = 100


def measure(
    record: AccountRecord, *, seed: int, draws: int = 2000, trials: Trials | None = None
) -> Metrics:
    """The figures of one run; the same record and seed give the same figures.

    `draws` resamplings make the intervals, 100 at least. `trials` tells of the search the run is
    the best of; without it there is no deflated Sharpe ratio. Raises InvariantError for an empty
    or impossible equity curve.
    """
    require(draws >= LEAST_DRAWS, f"{draws} draws; {LEAST_DRAWS} are the least for an interval")
    evidence = gather(record, seed=seed, draws=draws)
    figures = {
        **equity_figures.growth_figures(evidence),
        **equity_figures.risk_figures(evidence, trials),
        **equity_figures.day_figures(evidence),
        **equity_figures.drawdown_figures(evidence),
        **equity_figures.exposure_figures(evidence),
        **trade_figures.ratio_figures(evidence),
        **trade_figures.single_figures(evidence),
        **trade_figures.cost_figures(evidence),
    }
    return Metrics(method=evidence.method, **figures)
