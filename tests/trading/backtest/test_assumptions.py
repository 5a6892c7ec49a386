"""The assumptions name the numbers and choices that were really used."""

import re

import numpy as np
import pytest

from tests.fixtures.backtest_runs import market_of
from trading.backtest.account_rules import AccountRules
from trading.backtest.assumptions import assumptions
from trading.backtest.bars import BarSeries
from trading.backtest.exit_rules import ExitRules, InsideBar, TargetGap
from trading.backtest.market import Market
from trading.backtest.rules import CostRules, Quote, Rules, Sizing
from trading.brakes import BrakeRules, TripPolicy
from trading.candles import Interval
from trading.limits import RiskPolicy

MARKET = market_of(symbols=("BTCUSDT", "ETHUSDT"), count=50)
BARE = Market(MARKET.series)


def looked_into(bars: BarSeries, *, filled: int) -> Market:
    """A market of one symbol in which quarters of an hour fill the first `filled` hours."""
    hours = [getattr(bars, name)[:filled] for name in ("open", "high", "low", "close", "volume")]
    opened_ms = bars.opened_ms[0] + 900_000 * np.arange(4 * filled)
    quarters = BarSeries(
        bars.symbol, Interval.M15, opened_ms, *(np.repeat(column, 4) for column in hours)
    )
    return Market((bars,), finer={bars.symbol: quarters})


LOOKED_INTO = looked_into(MARKET.series[0], filled=10)


@pytest.mark.parametrize(
    ("market", "rules", "words"),
    [
        (MARKET, Rules(), "acts at the open of the next one"),
        (
            MARKET,
            Rules(costs=CostRules(entry_slippage_bps=3.5, exit_slippage_bps=7)),
            "entries slip 3.5 and exits 7 basis points",
        ),
        (MARKET, Rules(), "taker 0.0550%, maker 0.0200%"),
        (MARKET, Rules(costs=CostRules(target_is_maker=True)), "limit entries; targets too"),
        (MARKET, Rules(), "the stop is taken to come first"),
        (
            MARKET,
            Rules(exits=ExitRules(inside_bar=InsideBar.TARGET_FIRST)),
            "the target is taken to come first",
        ),
        (MARKET, Rules(), "no finer candle was looked at"),
        (LOOKED_INTO, Rules(), "finer candles fill it and tell (BTCUSDT 15m in 20.0%"),
        (MARKET, Rules(), "beyond a stop or a target is left at its open"),
        (
            MARKET,
            Rules(exits=ExitRules(target_gap=TargetGap.TARGET)),
            "beyond a target at the target",
        ),
        (MARKET, Rules(), "its real times (BTCUSDT); not charged for ETHUSDT"),
        (BARE, Rules(), "Funding is not charged"),
        (MARKET, Rules(), "as the exchange asks today (BTCUSDT)"),
        (BARE, Rules(), "are not rounded"),
        (
            MARKET,
            Rules(account=AccountRules(initial_equity_usdt=2500, leverage=3)),
            "starts with 2,500 USDT",
        ),
        (MARKET, Rules(account=AccountRules(leverage=3)), "isolated margin at 3 times leverage"),
        (MARKET, Rules(), "An entry is 5.00% of the equity, sized at the open it fills at"),
        (MARKET, Rules(sizing=Sizing(risk_fraction=0.01)), "its stop costs 1.00% of the equity"),
        (
            MARKET,
            Rules(sizing=Sizing(notional_usdt=250, quoted_at=Quote.LAST_CLOSE)),
            "250.00 USDT, sized at the last close",
        ),
        (MARKET, Rules(sizing=Sizing(quantity=0.5)), "0.5 coins"),
        (MARKET, Rules(desk=RiskPolicy()), "passes the live desk's risk review"),
        (MARKET, Rules(desk=RiskPolicy()), "A tripped brake closes all positions. Live it then"),
        (
            MARKET,
            Rules(desk=RiskPolicy(brakes=BrakeRules(policy=TripPolicy.REDUCE))),
            "here they keep their stops",
        ),
        (MARKET, Rules(desk=RiskPolicy()), "the rate that the next settlement really had"),
        (
            MARKET,
            Rules(desk=RiskPolicy(), exits=ExitRules(break_even_at=0.01)),
            "Stops move once a candle",
        ),
        (MARKET, Rules(desk=RiskPolicy()), "isolated margin at the leverage that its review"),
        (MARKET, Rules(), "Not modelled: the depth of the order book"),
    ],
)
def test_a_choice_is_said_in_a_sentence(market: Market, rules: Rules, words: str) -> None:
    assert words in " ".join(assumptions(market, rules))


@pytest.mark.parametrize("rules", [Rules(), Rules(desk=RiskPolicy())])
def test_every_assumption_is_whole_sentences(rules: Rules) -> None:
    assert all(re.fullmatch(r"[A-Z].*\.", said) for said in assumptions(MARKET, rules))


def test_what_the_desk_alone_does_is_not_said_of_other_rules() -> None:
    said = " ".join(assumptions(MARKET, Rules()))
    assert not any(word in said for word in ("live", "brake", "Live"))
    assert "settlement really had" not in " ".join(assumptions(BARE, Rules(desk=RiskPolicy())))
