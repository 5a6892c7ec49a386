"""The worked examples of the protocol notes, to the last decimal."""

from decimal import Decimal

from exchange_sim.engine.margin import Terms, position_initial, position_maintenance
from exchange_sim.engine.vocabulary import ExecType, Side, TransactionType
from tests.exchange_sim.engine.desk import BTC, ME, Desk
from tests.exchange_sim.engine.fake_market import instrument, tier


def test_a_round_trip_books_the_fees_and_the_result_of_section_4_2(desk: Desk) -> None:
    desk.buy("0.1")
    desk.move("61000.1")  # the best bid is one tick lower
    desk.sell("0.1")

    sell, buy = desk.exchange.executions(ME)
    assert (buy.price, buy.fee, buy.realised) == (60_000, Decimal("3.3"), 0)
    assert (sell.price, sell.fee, sell.realised) == (61_000, Decimal("3.355"), 100)
    assert sell.closed_size == Decimal("0.1")
    (row,) = desk.exchange.closed_pnls(ME)
    assert row.pnl == Decimal("93.345")
    assert (row.entry_value, row.exit_value) == (6000, 6100)
    assert (row.open_fee, row.close_fee) == (Decimal("3.3"), Decimal("3.355"))
    assert (row.average_entry_price, row.average_exit_price) == (60_000, 61_000)
    assert desk.wallet.balance == Decimal("10093.345")
    assert desk.wallet.cumulative_realised == Decimal("93.345")


def test_funding_charges_a_long_at_a_positive_rate_as_in_section_4_3(desk: Desk) -> None:
    desk.buy("0.1")
    desk.move(60_500)
    before = desk.wallet.balance
    desk.settle("0.0001")

    (execution, *_) = desk.exchange.executions(ME)
    assert execution.exec_type is ExecType.FUNDING
    assert (execution.fee, execution.fee_rate) == (Decimal("0.605"), Decimal("0.0001"))
    assert (execution.price, execution.quantity, execution.side) == (
        Decimal(60_500),
        Decimal("0.1"),
        Side.BUY,
    )
    row = desk.log()[0]
    assert (row.type, row.funding, row.change) == (
        TransactionType.SETTLEMENT,
        Decimal("-0.605"),
        Decimal("-0.605"),
    )
    assert desk.wallet.balance == before - Decimal("0.605")
    assert desk.exchange.counter_accounts()["funding"] == Decimal("0.605")


def test_funding_pays_a_short_at_a_positive_rate_and_negates_the_rate_in_its_row(
    desk: Desk,
) -> None:
    desk.sell("0.1")
    before = desk.wallet.balance
    desk.settle("0.0001")

    row = desk.log()[0]
    assert (row.funding, row.fee_rate, row.size) == (
        Decimal("0.6"),
        Decimal("-0.0001"),
        Decimal("-0.1"),
    )
    assert desk.wallet.balance == before + Decimal("0.6")


def test_margin_matches_the_recorded_eth_short_of_section_4_4() -> None:
    # Recorded: positionIM 1.23480936, positionMM 0.20281586 at an implied mark of 3642.33.
    rules = instrument("ETH", risk_tiers=(tier("900000", "0.005", "0.01", "100", "0"),))
    terms = Terms(rules, Decimal(30), Decimal("0.00055"))
    value = Decimal("0.01") * Decimal("3642.33")
    assert abs(position_initial(terms, Side.SELL, value) - Decimal("1.23480936")) < Decimal("1e-5")
    assert abs(position_maintenance(terms, Side.SELL, value) - Decimal("0.20281586")) < Decimal(
        "1e-5"
    )


def test_an_average_price_moves_only_with_increases(desk: Desk) -> None:
    desk.buy("0.1")
    desk.move(62_000)
    desk.buy("0.3")
    assert desk.position().average_price == 61_500
    desk.sell("0.2")
    assert desk.position().average_price == 61_500
    assert desk.position().size == Decimal("0.2")


def test_an_order_larger_than_the_opposite_position_flips_it(desk: Desk) -> None:
    desk.buy("0.1")
    desk.move("60100.1")
    desk.sell("0.3")

    position = desk.position()
    assert (position.side, position.size, position.average_price) == (
        Side.SELL,
        Decimal("0.2"),
        Decimal(60_100),
    )
    execution = next(desk.exchange.executions(ME))
    assert (execution.closed_size, execution.realised) == (Decimal("0.1"), Decimal(10))
    assert desk.log()[0].size == Decimal("-0.2")
    # Only the opening fee of the new position counts for it: 0.2 x 60,100 x 0.00055.
    assert position.current_realised == Decimal("-6.611")


def test_partial_closes_share_the_opening_fee_and_sum_to_the_round_trip(desk: Desk) -> None:
    desk.buy("0.003")
    desk.move("60001.1")
    desk.sell("0.001")
    desk.move("60002.2")
    desk.sell("0.002")

    rows = list(desk.exchange.closed_pnls(ME))
    assert sum(row.open_fee for row in rows) == Decimal("0.099")
    assert sum(row.pnl for row in rows) == desk.wallet.balance - 10_000


def test_estimated_liquidation_price_brings_the_margin_rate_to_one(desk: Desk) -> None:
    desk.leverage(50)
    desk.buy("5", symbol=BTC)
    price = desk.position().liquidation_price
    assert price is not None
    desk.move(price + 2)
    assert desk.position().size == 5
    assert desk.wallet.maintenance_margin_rate < 1
    desk.move(price - 1)
    assert desk.position().size == 0


def test_break_even_price_covers_the_fees_of_both_sides(desk: Desk) -> None:
    desk.buy("0.1")
    # (6000 + 3.3) / (0.1 - 0.1 x 0.00055)
    assert desk.position().break_even_price == Decimal("60066.03631998")


def test_a_flat_row_has_no_prices_and_no_margin(desk: Desk) -> None:
    row = desk.position()
    assert (row.side, row.size, row.liquidation_price, row.break_even_price) == (
        None,
        0,
        None,
        None,
    )
    assert (row.initial_margin, row.maintenance_margin, row.seq) == (0, 0, -1)


def test_the_wallet_shows_the_margin_of_the_position(desk: Desk) -> None:
    desk.buy("0.1")
    # 6,000 / 10 + 6,000 x (1 - 1/10) x 0.00055 and 6,000 x 0.005 + the same closing fee
    wallet = desk.wallet
    assert wallet.initial_margin == Decimal("602.97")
    assert wallet.maintenance_margin == Decimal("32.97")
    assert wallet.available == wallet.equity - Decimal("602.97")
    assert wallet.maintenance_margin_rate == Decimal("0.00329809")
