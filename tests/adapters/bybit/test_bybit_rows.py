"""Documented rows become values of the desk; strange ones are refused or named unknown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.bybit import rows_account, rows_market, rows_orders, rows_positions
from adapters.bybit.parsing import Row, moment_of_ms
from tests.adapters.bybit import payloads
from trading.account import KeyPermissions, Transaction, TransactionKind, Wallet
from trading.errors import BadDataError
from trading.executions import ExecutionKind
from trading.instruments import Instrument
from trading.orders import Order, OrderStatus, OrderType, PositionIndex, Side, StopKind
from trading.positions import Direction, Position, PositionMode

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def row(fields: dict[str, object]) -> Row:
    return Row(fields, "row")


def without(fields: dict[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in fields.items() if key != name}


LIMIT_ORDER = Order(
    order_id="fd4300ae-7847-404e-b947-b46980a4d140",
    link_id="at-entry-1",
    symbol="BTCUSDT",
    side=Side.BUY,
    order_type=OrderType.LIMIT,
    status=OrderStatus.NEW,
    quantity=Decimal("0.10"),
    filled_quantity=Decimal("0.00"),
    created_at=moment_of_ms(1684738540559),
    updated_at=moment_of_ms(1684738540561),
    price=Decimal("30000.00"),
    stop_loss=Decimal("29000.00"),
    take_profit=Decimal("33000.00"),
)


def test_a_resting_order_is_read_whole() -> None:
    assert rows_orders.order(row(payloads.ORDER)) == LIMIT_ORDER


def test_a_stop_child_knows_its_parent_and_has_no_price_of_its_own() -> None:
    child = rows_orders.order(row(payloads.STOP_CHILD))

    assert child == replace(
        LIMIT_ORDER,
        order_id="c1",
        link_id="",
        parent_link_id="at-entry-1",
        side=Side.SELL,
        order_type=OrderType.MARKET,
        status=OrderStatus.UNTRIGGERED,
        price=None,
        stop_loss=None,
        take_profit=None,
        trigger_price=Decimal("29000.00"),
        stop_kind=StopKind.STOP_LOSS,
        reduce_only=True,
    )


@pytest.mark.parametrize(
    ("field", "word", "attribute", "meaning"),
    [
        ("orderStatus", "Deactivated", "status", OrderStatus.DEACTIVATED),
        ("orderStatus", "SomethingNew", "status", OrderStatus.UNKNOWN),
        ("orderType", "UNKNOWN", "order_type", OrderType.MARKET),
        ("stopOrderType", "", "stop_kind", None),
        ("stopOrderType", "PartialTakeProfit", "stop_kind", StopKind.TAKE_PROFIT),
        ("stopOrderType", "tpslOrder", "stop_kind", StopKind.OTHER),
        ("positionIdx", 2, "position_index", PositionIndex.HEDGE_SHORT),
        ("cancelType", "CancelByUser", "cancel_type", "CancelByUser"),
        ("rejectReason", "EC_PerCancelRequest", "reject_reason", "EC_PerCancelRequest"),
        ("avgPrice", "30001.5", "average_price", Decimal("30001.5")),
        ("updatedTime", "", "updated_at", moment_of_ms(1684738540559)),
    ],
)
def test_a_word_of_an_order_has_its_meaning(
    field: str, word: object, attribute: str, meaning: object
) -> None:
    order = rows_orders.order(row(payloads.ORDER | {field: word}))

    assert getattr(order, attribute) == meaning


def test_an_unknown_status_counts_as_open() -> None:
    assert rows_orders.order(row(payloads.ORDER | {"orderStatus": "Dreaming"})).status.is_open


def test_an_execution_is_read_whole_and_nothing_closed_is_zero() -> None:
    execution = rows_positions.execution(row(payloads.EXECUTION))

    assert (execution.kind, execution.side) == (ExecutionKind.TRADE, Side.BUY)
    assert (execution.price, execution.quantity) == (Decimal("1190.15"), Decimal("0.1"))
    assert (execution.fee_usdt, execution.closed_quantity) == (Decimal("0.071409"), 0)
    assert execution.sequence == 4688002127


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Funding", ExecutionKind.FUNDING),
        ("AdlTrade", ExecutionKind.ADL),
        ("BustTrade", ExecutionKind.LIQUIDATION),
        ("Settle", ExecutionKind.SETTLEMENT),
        ("CorporateAction", ExecutionKind.OTHER),
    ],
)
def test_an_execution_is_named_by_its_kind(word: str, kind: ExecutionKind) -> None:
    execution = rows_positions.execution(row(payloads.EXECUTION | {"execType": word}))

    assert execution.kind is kind


def test_received_funding_is_a_fee_below_zero_and_moves_no_position() -> None:
    execution = rows_positions.execution(row(payloads.FUNDING))

    assert execution.fee_usdt == Decimal("-0.011")
    assert not execution.kind.moves_position


def test_a_short_position_is_read_whole() -> None:
    assert rows_positions.position(row(payloads.POSITION)) == Position(
        symbol="BTCUSDT",
        direction=Direction.SHORT,
        quantity=Decimal("0.01"),
        entry_price=Decimal("36410.75"),
        mark_price=Decimal("36413.3"),
        leverage=Decimal(30),
        unrealised_pnl_usdt=Decimal("-0.00255"),
        updated_at=moment_of_ms(1762199125472),
        stop_loss=Decimal("38000.00"),
        take_profit=None,
        liquidation_price=Decimal("51764.8"),
        sequence=325852190774,
    )


def test_flat_rows_are_told_from_open_ones() -> None:
    assert rows_positions.is_open(row(payloads.POSITION))
    assert not rows_positions.is_open(row(payloads.FLAT_POSITION))


@pytest.mark.parametrize(
    ("indexes", "mode"), [([0], PositionMode.ONE_WAY), ([1, 2], PositionMode.HEDGE)]
)
def test_the_indexes_tell_the_position_mode(indexes: list[int], mode: PositionMode) -> None:
    rows = [row(payloads.FLAT_POSITION | {"positionIdx": index}) for index in indexes]

    assert rows_positions.position_mode(rows) is mode


def test_the_wallet_is_the_usdt_of_the_account() -> None:
    assert rows_account.wallet(row(payloads.WALLET), NOW) == Wallet(
        equity_usdt=Decimal("10050.25"),
        wallet_balance_usdt=Decimal("10000.25"),
        available_usdt=Decimal("9000.5"),
        unrealised_pnl_usdt=Decimal(50),
        initial_margin_usdt=Decimal(1000),
        maintenance_margin_usdt=Decimal(55),
        taken_at=NOW,
    )


def test_in_isolated_mode_the_wallet_follows_from_the_coin() -> None:
    empty = dict.fromkeys(
        ("totalAvailableBalance", "totalInitialMargin", "totalMaintenanceMargin"), ""
    )
    wallet = rows_account.wallet(row(payloads.WALLET | empty), NOW)

    assert wallet.available_usdt == Decimal("9900.25")
    assert wallet.initial_margin_usdt == Decimal(100)
    assert wallet.maintenance_margin_usdt == Decimal(5)


def test_an_account_that_never_held_usdt_owns_none() -> None:
    wallet = rows_account.wallet(row(payloads.WALLET | {"coin": []}), NOW)

    assert (wallet.equity_usdt, wallet.wallet_balance_usdt) == (0, 0)


def test_a_transaction_is_read_whole_under_an_id_of_its_own() -> None:
    assert rows_account.transaction(row(payloads.TRANSACTION)) == Transaction(
        transaction_id="592324_XRPUSDT_161440249321:5184f079-88ec-54c7-8774-5173cafd2b4e",
        kind=TransactionKind.TRADE,
        symbol="XRPUSDT",
        cash_flow_usdt=Decimal(0),
        funding_usdt=Decimal(0),
        fee_usdt=Decimal("0.01908720"),
        change_usdt=Decimal("-0.0190872"),
        balance_after_usdt=Decimal("5086.56192602"),
        happened_at=moment_of_ms(1672121182224),
        execution_id="5184f079-88ec-54c7-8774-5173cafd2b4e",
        order_id="592b7e41-78fd-42e2-9aa3-91e1835ef3e1",
        link_id="linear-order",
        quantity=Decimal(88),
        price=Decimal("0.3615"),
    )


def test_fill_and_funding_of_one_sequence_are_two_transactions() -> None:
    fill = rows_account.transaction(row(payloads.TRANSACTION))
    funding = rows_account.transaction(row(payloads.FUNDING_TRANSACTION))

    assert fill.transaction_id != funding.transaction_id
    assert funding.kind is TransactionKind.FUNDING
    assert funding.change_usdt == funding.funding_usdt == Decimal("-0.003676")


@pytest.mark.parametrize(
    ("word", "kind"),
    [("TRANSFER_IN", TransactionKind.TRANSFER_IN), ("AIRDROP", TransactionKind.OTHER)],
)
def test_money_may_move_for_other_reasons(word: str, kind: TransactionKind) -> None:
    fields = payloads.TRANSACTION | {"type": word, "tradeId": "", "tradePrice": "0"}
    transaction = rows_account.transaction(row(fields))

    assert (transaction.kind, transaction.price) == (kind, None)
    assert transaction.transaction_id == payloads.TRANSACTION["id"]


def test_closed_pnl_is_read_whole() -> None:
    result = rows_account.closed_pnl(row(payloads.CLOSED_PNL))

    assert (result.quantity, result.pnl_usdt) == (Decimal(3), Decimal("-47.4065323"))
    assert (result.entry_price, result.exit_price) == (
        Decimal("1180.59833333"),
        Decimal("1194.97516667"),
    )
    assert result.closed_at == moment_of_ms(1672214887236)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, KeyPermissions(True, False, False, datetime(2026, 2, 1, 3, 20, 45, tzinfo=UTC))),
        ({"readOnly": 1, "expiredAt": ""}, KeyPermissions(False, False, True, None)),
        (
            {"permissions": {"Wallet": ["Withdraw"]}, "expiredAt": "1970-01-01T00:00:00Z"},
            KeyPermissions(False, True, False, None),
        ),
        (
            {"permissions": {"Derivatives": ["DerivativesTrade"]}, "expiredAt": ""},
            KeyPermissions(True, False, False, None),
        ),
    ],
)
def test_a_key_may_do_what_its_permissions_say(
    changes: dict[str, object], expected: KeyPermissions
) -> None:
    assert rows_account.key_permissions(row(payloads.KEY | changes)) == expected


def test_an_expiry_that_is_no_time_is_refused() -> None:
    with pytest.raises(BadDataError, match="expiredAt is 'soon', expected an ISO time"):
        rows_account.key_permissions(row(payloads.KEY | {"expiredAt": "soon"}))


def test_an_instrument_is_read_whole() -> None:
    assert rows_market.instrument(row(payloads.INSTRUMENT)) == Instrument(
        symbol="BTCUSDT",
        base_coin="BTC",
        tick_size=Decimal("0.10"),
        quantity_step=Decimal("0.001"),
        minimum_quantity=Decimal("0.001"),
        maximum_quantity=Decimal("1190.000"),
        maximum_market_quantity=Decimal("500.000"),
        minimum_notional_usdt=Decimal(5),
        maximum_leverage=Decimal("100.00"),
        funding_interval=timedelta(hours=8),
    )


def test_a_closed_contract_is_not_trading() -> None:
    assert not rows_market.instrument(row(payloads.INSTRUMENT | {"status": "Closed"})).is_trading


def test_a_ticker_carries_the_time_of_the_answer() -> None:
    ticker = rows_market.ticker(row(payloads.TICKER), NOW)

    assert (ticker.bid, ticker.ask) == (Decimal("30000.4"), Decimal("30000.6"))
    assert ticker.next_funding_at == moment_of_ms(1760371200000)
    assert ticker.taken_at == NOW


CANDLE = ["1670608800000", "17071", "17073", "17027", "17055.5", "268611", "15.74"]


def test_a_candle_is_read_from_its_cells() -> None:
    candle = rows_market.candle(CANDLE, what="BTCUSDT 1h")

    assert candle.opened_at == moment_of_ms(1670608800000)
    assert [candle.open, candle.high, candle.low, candle.close, candle.volume] == [
        Decimal(cell) for cell in CANDLE[1:6]
    ]


def test_a_candle_of_mark_prices_has_no_volume() -> None:
    assert rows_market.mark_candle(CANDLE[:5], what="BTCUSDT 1h").volume == 0


@pytest.mark.parametrize(
    "cells",
    [
        CANDLE[:5],
        "1670608800000",
        None,
        {"start": 1},
        ["x", *CANDLE[1:]],
        ["9" * 40, *CANDLE[1:]],
        [*CANDLE[:5], ""],
        [CANDLE[0], "-1", *CANDLE[2:]],
        [CANDLE[0], "17071", "17000", *CANDLE[3:]],
        [CANDLE[0], "NaN", *CANDLE[2:]],
    ],
)
def test_a_malformed_candle_is_refused_and_quoted(cells: object) -> None:
    with pytest.raises(BadDataError, match=r"BTCUSDT 1h: candle row .* is malformed"):
        rows_market.candle(cells, what="BTCUSDT 1h")


STRICT: list[tuple[Callable[[Row], object], dict[str, object], str]] = [
    (rows_orders.order, payloads.ORDER, "orderId symbol side qty createdTime"),
    (rows_positions.position, payloads.POSITION, "symbol side size avgPrice markPrice leverage"),
    (
        rows_positions.execution,
        payloads.EXECUTION,
        "execId symbol side execPrice execQty execValue execFee execTime",
    ),
    (rows_account.transaction, payloads.TRANSACTION, "id change cashBalance transactionTime"),
    (
        rows_account.closed_pnl,
        payloads.CLOSED_PNL,
        "symbol orderId closedSize avgEntryPrice avgExitPrice closedPnl",
    ),
    (rows_market.instrument, payloads.INSTRUMENT, "symbol baseCoin priceFilter lotSizeFilter"),
    (rows_market.funding_rate, {}, "symbol fundingRate fundingRateTimestamp"),
    (rows_account.fee_rates, {}, "takerFeeRate makerFeeRate"),
]


ANY_TEXT_WILL_DO = {"symbol", "orderId", "execId", "id", "baseCoin"}


@pytest.mark.parametrize(
    ("value", "fields", "name", "hole"),
    [
        (value, fields, name, hole)
        for value, fields, names in STRICT
        for name in names.split()
        for hole in (None, "", "?")
        if not (hole == "?" and name in ANY_TEXT_WILL_DO)
    ],
)
def test_a_field_money_needs_is_never_assumed(
    value: Callable[[Row], object], fields: dict[str, object], name: str, hole: object
) -> None:
    with pytest.raises(BadDataError):
        row(fields | {name: hole}).build(value)


TOLERANT: list[tuple[Callable[[Row], object], dict[str, object], str]] = [
    (
        rows_orders.order,
        payloads.ORDER,
        "parentOrderLinkId price avgPrice triggerPrice stopLoss takeProfit stopOrderType "
        "rejectReason cancelType positionIdx reduceOnly updatedTime orderLinkId orderStatus",
    ),
    (
        rows_positions.position,
        payloads.POSITION,
        "liqPrice takeProfit stopLoss seq positionIdx isReduceOnly unrealisedPnl",
    ),
    (
        rows_positions.execution,
        payloads.EXECUTION,
        "orderId orderLinkId closedSize seq isMaker feeRate execType",
    ),
    (
        rows_account.transaction,
        payloads.TRANSACTION,
        "symbol funding fee cashFlow tradeId orderId orderLinkId qty tradePrice type",
    ),
    (rows_account.closed_pnl, payloads.CLOSED_PNL, "updatedTime"),
]


@pytest.mark.parametrize(
    ("value", "fields", "name"),
    [(value, fields, name) for value, fields, names in TOLERANT for name in names.split()],
)
def test_a_field_that_may_be_missing_breaks_nothing(
    value: Callable[[Row], object], fields: dict[str, object], name: str
) -> None:
    for variant in (without(fields, name), fields | {name: None}, fields | {name: ""}):
        assert row(variant | {"aFieldOfTomorrow": [1]}).build(value)


def test_an_order_behind_executions_is_filled_when_they_add_up() -> None:
    first = payloads.EXECUTION | {"execQty": "0.04", "execPrice": "100", "execTime": "1000"}
    second = payloads.EXECUTION | {"execQty": "0.06", "execPrice": "110", "execTime": "2000"}

    order = rows_orders.order_from_executions([row(second), row(first)])

    assert order.status is OrderStatus.FILLED
    assert order.average_price == Decimal(106)
    assert (order.created_at, order.updated_at) == (moment_of_ms(1000), moment_of_ms(2000))


def test_an_order_behind_too_few_executions_may_still_be_open() -> None:
    part = payloads.EXECUTION | {"execQty": "0.04"}

    order = rows_orders.order_from_executions([row(part)])

    assert order.status is OrderStatus.UNKNOWN
    assert (order.quantity, order.filled_quantity) == (Decimal("0.1"), Decimal("0.04"))
