"""What the backtest does with the same candles, by the same limits."""

from dataclasses import replace
from datetime import datetime

from adapters.candle_files.folder import FolderCandles
from cli.backtesting.parity.stage import ParityOptions, Stage
from trading.backtest.account_rules import AccountRules
from trading.backtest.exit_rules import ExitRules, InsideBar, Opposite
from trading.backtest.market import Filters, Funding, Market
from trading.backtest.records import Backtest
from trading.backtest.rules import CostRules, Rules
from trading.backtest.run import run
from trading.backtest.strategies.technical import Technical
from trading.technical_analyst import TechnicalRules

_FEE = 0.00055  # the simulated exchange's, for takers


def run_backtest(stage: Stage, options: ParityOptions) -> Backtest:
    """The technical analyst over the slots of the desk, filled as the simulated exchange fills.

    Its book stands one tick around the last price, it charges fees and no slippage, and walks a
    candle to the nearer extreme first.
    """
    market = _market(stage, options)
    analyst = Technical(
        tick_sizes={name: one.tick_size for name, one in market.filters.items()},
        lookback_bars=stage.resources.desk.snapshots.bars,
    )
    return run(market, [analyst.signals(one) for one in market.series], _rules(stage, options))


def _market(stage: Stage, options: ParityOptions) -> Market:
    source, gateway = FolderCandles(options.data), stage.resources.gateway
    since = stage.first - stage.resources.desk.snapshots.bars * options.interval.length
    until = stage.first + options.slots * options.interval.length
    filters = {one.symbol: Filters.of(one) for one in gateway.instruments(options.symbols)}
    return Market(
        series=tuple(
            source.series(symbol, options.interval, since=since, until=until)
            for symbol in options.symbols
        ),
        filters=filters,
        funding={symbol: _funding(source, symbol, since, until) for symbol in options.symbols},
        finer={
            symbol: source.series(symbol, options.finer, since=since, until=until)
            for symbol in options.symbols
        },
    )


def _funding(source: FolderCandles, symbol: str, since: datetime, until: datetime) -> Funding:
    # One settlement more: limits ask for the rate that is to come.
    at_ms, rate = source.funding(symbol, since=since)
    wanted = at_ms <= at_ms[at_ms > until.timestamp() * 1000].min(initial=at_ms[-1])
    return Funding(at_ms[wanted], rate[wanted])


def _rules(stage: Stage, options: ParityOptions) -> Rules:
    policy = stage.resources.desk.risk
    horizon = TechnicalRules().horizon_bars * options.interval.length
    return Rules(
        exits=ExitRules(opposite=Opposite.KEEP, inside_bar=InsideBar.NEARER_FIRST),
        costs=CostRules(_FEE, _FEE, 0.0, 0.0, half_spread_ticks=1),
        account=AccountRules(initial_equity_usdt=float(options.opening_usdt)),
        desk=replace(policy, limits=replace(policy.limits, assumed_horizon=horizon)),
    )
