"""In words as in pictures: an anonymised market keeps its shape and hides its name and prices."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from trading.arms import USUAL, Arm, ImageArm, Mask
from trading.bitcoin import BitcoinMoves
from trading.candles import Candle
from trading.chart_masking import MASKED_TICK
from trading.snapshot import MarketSnapshot
from trading.snapshot_facts import facts_of
from trading.snapshot_masking import as_meant, as_shown, rebasing_of_snapshot

MASKED = Arm(mask=Mask.ANONYMISED)
SEEN = builders.snapshot(
    candles=builders.candles(240),
    position=builders.position(),
    instrument=builders.instrument(),
    open_interest=builders.open_interest(),
    account_ratio=builders.account_ratio(),
)
RATIOS = (
    "spread_bps",
    "basis_bps",
    "funding_rate",
    "rsi_14",
    "adx_14",
    "plus_di_14",
    "minus_di_14",
    "volatility_24h",
    "volatility_7d",
    "volume_z",
    "bollinger_b",
    "bollinger_width",
    "atr_above_ema_20",
    "atr_above_ema_50",
    "atr_above_ema_200",
    "minutes_to_funding",
    "open_interest_change_1h",
    "open_interest_change_4h",
    "open_interest_change_24h",
    "long_short_ratio",
)


def elsewhere(snapshot: MarketSnapshot, times: Decimal, busier: Decimal) -> MarketSnapshot:
    """The same shape in another market, at other prices and volumes."""

    def moved(candle: Candle) -> Candle:
        prices = {name: getattr(candle, name) * times for name in ("open", "high", "low", "close")}
        return replace(candle, volume=candle.volume * busier, **prices)

    ticker, position = snapshot.ticker, snapshot.position
    assert position is not None
    return builders.snapshot(
        instrument=builders.instrument(symbol="DOGEUSDT", base_coin="DOGE", tick_size=times / 2),
        candles=tuple(map(moved, builders.candles(240))),
        ticker=replace(
            ticker,
            symbol="DOGEUSDT",
            turnover_24h_usdt=ticker.turnover_24h_usdt * times * busier,
            open_interest=ticker.open_interest * busier,
            **{
                name: getattr(ticker, name) * times
                for name in ("last", "mark", "index", "bid", "ask")
            },
        ),
        position=builders.position(
            symbol="DOGEUSDT",
            entry_price=position.entry_price * times,
            stop_loss=position.stop_loss and position.stop_loss * times,
            take_profit=position.take_profit and position.take_profit * times,
        ),
        open_interest=tuple(
            replace(one, quantity=one.quantity * busier)
            for one in builders.open_interest("DOGEUSDT")
        ),
        account_ratio=builders.account_ratio("DOGEUSDT"),
    )


@pytest.mark.parametrize("arm", [USUAL, Arm(ImageArm.NONE), Arm(is_placebo=True)], ids=str)
def test_without_a_mask_nothing_is_changed(arm: Arm) -> None:
    analysis = builders.long_analysis()

    assert as_shown(SEEN, arm) is SEEN
    assert as_meant(analysis, SEEN, arm) is analysis


@pytest.mark.parametrize("times", ["0.001", "8"])
def test_two_markets_of_one_shape_are_told_alike(times: str) -> None:
    other = elsewhere(SEEN, Decimal(times), Decimal(7))

    here, there = as_shown(SEEN, MASKED), as_shown(other, MASKED)

    assert facts_of(SEEN) != facts_of(other)
    assert facts_of(here) == facts_of(there)
    assert here.symbol == there.symbol == "Market"
    assert here.instrument.tick_size == there.instrument.tick_size == MASKED_TICK


def test_no_price_volume_or_name_of_the_market_is_left() -> None:
    facts, masked = facts_of(SEEN), as_shown(SEEN, MASKED)

    same = {name for name, value in facts_of(masked).items() if facts[name] == value}

    assert same <= set(RATIOS)
    assert facts_of(masked).keys() == facts.keys()
    assert "BTC" not in str(masked)


def test_what_is_a_ratio_stays_as_it_is() -> None:
    facts, masked = facts_of(SEEN), facts_of(as_shown(SEEN, MASKED))

    assert {name: masked[name] for name in RATIOS if name in facts} == {
        name: facts[name] for name in RATIOS if name in facts
    }


def test_nothing_is_told_of_bitcoin_which_only_other_markets_have_beside_them() -> None:
    beside = replace(SEEN, symbol="ETHUSDT", bitcoin=BitcoinMoves(0.1, 0.2, 0.3, 0.9))

    told = facts_of(as_shown(beside, MASKED))

    assert "btc_return_24h" in facts_of(beside)
    assert [name for name in told if name.startswith("btc_")] == []


def test_a_snapshot_stored_without_distances_has_none_when_masked() -> None:
    assert as_shown(replace(SEEN, distances=None), MASKED).distances is None


def test_prices_start_at_a_hundred_where_the_picture_does() -> None:
    masked = as_shown(SEEN, MASKED)

    assert masked.candles[-120].close == 100
    assert max(candle.volume for candle in masked.candles[-120:]) == 100
    assert masked.ticker.last == rebasing_of_snapshot(SEEN).masked(SEEN.ticker.last)


def test_masking_twice_is_masking_once() -> None:
    once = as_shown(SEEN, MASKED)
    twice = as_shown(once, MASKED)

    assert facts_of(twice) == facts_of(once)
    assert [c.close for c in twice.candles] == [c.close for c in once.candles]


def test_a_market_without_a_trade_is_no_division_by_zero() -> None:
    silent = tuple(replace(one, volume=Decimal(0)) for one in builders.candles())

    masked = as_shown(builders.snapshot(candles=silent), MASKED)

    assert {candle.volume for candle in masked.candles} == {0}


def test_what_is_not_warm_stays_unknown() -> None:
    cold = replace(SEEN.indicators, ema_200=None, atr=None)

    masked = as_shown(replace(SEEN, indicators=cold, position=None), MASKED)

    assert (masked.indicators.ema_200, masked.indicators.atr, masked.position) == (None,) * 3


@given(st.decimals(50, 150, places=3), st.decimals(50, 150, places=3))
def test_levels_come_back_to_the_market_they_are_meant_for(stop: Decimal, target: Decimal) -> None:
    by = rebasing_of_snapshot(SEEN)
    said = builders.long_analysis(stop_loss=stop, take_profit=target)

    meant = as_meant(said, SEEN, MASKED)

    assert meant.stop_loss is not None
    assert meant.take_profit is not None
    assert abs(by.masked(meant.stop_loss) - stop) < Decimal("1e-20")
    assert abs(by.masked(meant.take_profit) - target) < Decimal("1e-20")
    assert replace(meant, stop_loss=stop, take_profit=target) == said
