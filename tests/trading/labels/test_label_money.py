"""What an imagined trade costs and earns: learning.md §4.2, rules 6 and 7, worked by hand."""

from decimal import Decimal

import pytest

from tests.trading.labels.label_builders import (
    MINUTE,
    STILL,
    Prices,
    at,
    long,
    proposed,
    settlements,
    short,
)
from trading.costs import Costs
from trading.errors import InvariantError
from trading.labels.label_costs import LabelCosts
from trading.labels.opportunities import LimitEntry
from trading.labels.policies import Standard
from trading.labels.states import Kind
from trading.labels.terms import LabelTerms

FALLS: Prices = (100, 100, 97, 97)
RISES: Prices = (100, 106, 100, 106)
SLIPPERY = LabelCosts(Costs(Decimal("0.001"), Decimal(20), Decimal(50)), Decimal("0.0002"))


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-10)


def test_a_stop_pays_two_taker_fees_and_slips_twice() -> None:
    label = proposed(long(), FALLS, costs=SLIPPERY)

    # In at 100.2 (20 bps), out at 97 less 50 bps = 96.515; one R is 100.2 - 97 = 3.2.
    assert (label.fill, label.exit) == (Decimal("100.2"), Decimal("96.515"))
    assert float(label.r_gross) == near(-3 / 3.2)
    assert float(label.slip_r) == near((0.2 + 0.485) / 3.2)
    assert float(label.fee_r) == near((100.2 + 96.515) * 0.001 / 3.2)
    assert float(label.r_net) == near((96.515 - 100.2 - 0.196715) / 3.2)


def test_a_target_is_a_market_order_unless_it_rests() -> None:
    by_market = proposed(long(), RISES, costs=SLIPPERY)
    resting = LabelCosts(SLIPPERY.costs, SLIPPERY.maker_fraction, target_is_maker=True)
    at_limit = proposed(long(), RISES, costs=resting)

    assert (by_market.exit, at_limit.exit) == (Decimal("105.47"), Decimal(106))
    assert float(by_market.r_net) == near((105.47 - 100.2 - 0.1002 - 0.10547) / 3.2)
    assert float(at_limit.r_net) == near((106 - 100.2 - 0.1002 - 106 * 0.0002) / 3.2)


def test_a_timeout_is_left_at_the_market() -> None:
    label = proposed(short(), *[STILL] * 6, costs=SLIPPERY)

    # Sold at 99.8, bought back at 100.5; one R is 103 - 99.8.
    assert float(label.r_net) == near((99.8 - 100.5 - 0.0998 - 0.1005) / 3.2)


def test_net_is_gross_less_slippage_fees_and_funding() -> None:
    label = proposed(long(), *[STILL] * 6, costs=SLIPPERY, funding=settlements((2, 0.01)))

    parts = label.r_gross - label.slip_r - label.fee_r - label.funding_r
    assert float(label.r_net) == near(float(parts))


@pytest.mark.parametrize(
    ("minute", "is_paid"), [(0, False), (0.5, True), (1, True), (5, True), (5.5, False)]
)
def test_funding_is_paid_after_the_fill_and_up_to_the_exit(minute: float, is_paid: bool) -> None:
    label = proposed(long(), *[STILL] * 7, funding=settlements((minute, 0.03)))

    # Left at the open of minute 5; 3 % of 100 is one R.
    assert (label.left_at, label.funding_r) == (at(5), int(is_paid))


def test_funding_in_the_minute_of_the_stop_is_paid() -> None:
    funding = settlements((1, 0.03), (2, 0.03))

    label = proposed(long(), STILL, FALLS, STILL, funding=funding)

    assert (label.kind, label.funding_r, label.r_net) == (Kind.STOP, 1, -2)


def test_a_short_receives_what_a_long_pays() -> None:
    label = proposed(short(), *[STILL] * 6, funding=settlements((2, 0.03), (3, -0.015)))

    assert (label.funding_r, label.r_net) == (Decimal("-0.5"), Decimal("0.5"))


def test_funding_is_paid_on_the_mark_price_where_it_is_known() -> None:
    mark: list[Prices | None] = [STILL, STILL, (50, 50, 50, 50), None, STILL, STILL]

    label = proposed(long(), *[STILL] * 6, mark=mark, funding=settlements((2, 0.03), (3, 0.03)))

    assert label.funding_r == Decimal("1.5")


@pytest.mark.parametrize(
    ("candles", "mae", "mfe"),
    [
        # Between fill and exit every candle counts on both sides.
        ([STILL, (100, 103, 98.5, 100), *[STILL] * 4], 0.5, 1),
        # On the candle of the stop: not below the stop, nothing in favour.
        ([STILL, (100, 103, 98.5, 100), (100, 105, 90, 95)], 1, 1),
        ([STILL, (100, 105, 96, 96)], 1, 0),
        # A gap was held at the open it was left at.
        ([STILL, (95.5, 105, 90, 95)], 1.5, 0),
        # On the candle of the target: nothing against, not above the target.
        ([STILL, (100, 103, 98.5, 100), (100, 110, 97.5, 108)], 0.5, 2),
        ([(100, 110, 97.5, 108)], 0, 2),
        # Of the candle at whose open the time is up only that open.
        ([*[STILL] * 5, (101.5, 120, 80, 100)], 0, 0.5),
        ([*[STILL] * 5, (98.5, 120, 80, 100)], 0.5, 0),
        # Stop and target in one candle are judged as the stop.
        ([STILL, (100, 107, 90, 100)], 1, 0),
    ],
)
def test_the_furthest_against_and_for_a_trade(
    candles: list[Prices], mae: float, mfe: float
) -> None:
    label = proposed(long(), *candles)

    assert (label.mae_r, label.mfe_r) == (Decimal(str(mae)), Decimal(str(mfe)))


def test_a_trade_that_was_not_entered_has_no_money_at_all() -> None:
    limit = LimitEntry(Decimal(99), 3 * MINUTE, Decimal("0.5"))

    label = proposed(long(limit=limit), *[STILL] * 9, costs=SLIPPERY)

    assert label.kind is Kind.NO_FILL
    assert {label.r_gross, label.r_net, label.r_worst, label.r_best, label.fee_r} == {Decimal(0)}
    assert (label.fill, label.exit, label.stop, label.filled_at) == (None, None, None, None)


def test_a_rebate_is_a_fee_below_zero_and_other_fees_are_refused() -> None:
    assert LabelCosts(maker_fraction=Decimal("-0.0001")).numbers.maker == -0.0001
    with pytest.raises(InvariantError, match=r"maker_fraction is 0.2; -0.01 to 0.1 is allowed"):
        LabelCosts(maker_fraction=Decimal("0.2"))


def test_the_version_changes_with_every_number_a_label_hangs_on() -> None:
    versions = {
        LabelTerms(standard=Standard()).version,
        LabelTerms(costs=SLIPPERY).version,
        LabelTerms(costs=LabelCosts(target_is_maker=True)).version,
        LabelTerms(standard=Standard(horizon_bars=12)).version,
        LabelTerms(standard=Standard(stop_atr=Decimal(2))).version,
        LabelTerms(ticks_from="public trades").version,
    }

    assert len(versions) == 6
    assert LabelTerms(standard=Standard(stop_atr=Decimal("1.50"))).version in versions
    assert all(version.startswith("1-") and len(version) == 14 for version in versions)
