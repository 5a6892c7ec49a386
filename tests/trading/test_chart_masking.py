"""An anonymised chart keeps the shape of the market and hides which one it is, and when."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.builders import candles
from tests.trading.chart_builders import chart
from trading.arms import Mask
from trading.chart import VISIBLE_CANDLES, Level, LevelKind
from trading.chart_masking import Rebasing, anonymised, rebasing_of
from trading.errors import InvariantError

prices = st.decimals(min_value="1e-8", max_value="1e7", places=8)


def test_prices_are_rebased_to_100_at_the_first_drawn_close() -> None:
    plain = chart()
    first = plain.candles[-VISIBLE_CANDLES]

    shown = anonymised(plain)

    assert len(shown.candles) == VISIBLE_CANDLES
    assert shown.candles[0].close == 100
    assert shown.candles[0].high == first.high * 100 / first.close
    assert shown.last_price == plain.last_price * 100 / first.close


def test_nothing_names_the_market() -> None:
    shown = anonymised(chart())

    assert (shown.symbol, shown.tick_size) == ("Market", Decimal("0.001"))
    assert shown.mask is Mask.ANONYMISED
    assert max(candle.volume for candle in shown.candles) == 100


def test_averages_move_with_the_prices_and_rsi_stays() -> None:
    plain = chart()
    shown, drawn = anonymised(plain), plain.visible()
    factor = 100 / float(drawn.candles[0].close)

    np.testing.assert_allclose(shown.ema_fast, drawn.ema_fast * factor)
    np.testing.assert_allclose(shown.ema_slow, drawn.ema_slow * factor)
    np.testing.assert_array_equal(shown.rsi, drawn.rsi)


def test_levels_keep_their_names_and_move_with_the_prices() -> None:
    base = rebasing_of(chart()).base
    stop = Level("stop", base / 2, LevelKind.STOP_LOSS)

    assert anonymised(chart(levels=(stop,))).levels == (replace(stop, price=Decimal(50)),)


def test_the_code_and_the_moment_stay_those_of_the_chart() -> None:
    plain = chart()
    shown = anonymised(plain)

    assert (shown.seed, shown.as_of, shown.interval) == (plain.seed, plain.as_of, plain.interval)


def test_two_charts_of_one_question_share_a_base() -> None:
    small, big = chart(), chart(candles(60))
    base = rebasing_of(small)

    shown = anonymised(big, base)

    assert shown.candles[-1].close == base.masked(big.candles[-1].close)
    assert shown.candles[0].close != 100


def test_masking_again_changes_nothing() -> None:
    once = anonymised(chart())

    assert anonymised(once).candles == once.candles


def test_a_market_without_trades_keeps_its_zero_volume() -> None:
    still = tuple(replace(candle, volume=Decimal(0)) for candle in candles(5))

    assert {candle.volume for candle in anonymised(chart(still)).candles} == {Decimal(0)}


@given(base=prices, price=prices, other=prices)
def test_rebasing_keeps_order_and_comes_back_to_the_price(
    base: Decimal, price: Decimal, other: Decimal
) -> None:
    by = Rebasing(base)

    assert by.masked(base) == 100
    assert (by.masked(price) < by.masked(other)) == (price < other)
    assert by.unmasked(by.masked(price)).quantize(Decimal("1e-8")) == price


@pytest.mark.parametrize("base", ["0", "-1", "NaN", "Infinity"])
def test_a_base_that_is_no_price_is_refused(base: str) -> None:
    with pytest.raises(InvariantError, match="base of rebased prices is"):
        Rebasing(Decimal(base))
