"""Rows of the account endpoints as values (bybit_v5.md §2.2, §2.3)."""

from datetime import UTC, datetime
from decimal import Decimal

from adapters.bybit import words
from adapters.bybit.parsing import Row
from trading.account import ClosedPnl, FeeRates, KeyPermissions, Transaction, Wallet

_TRADING_PERMISSIONS = (("ContractTrade", "Order"), ("Derivatives", "DerivativesTrade"))


def wallet(row: Row, taken_at: datetime) -> Wallet:
    """The account in USDT.

    Equity and balance are those of the coin USDT, so that they agree with the transaction log to
    the last digit. Available balance and margins are account-wide (in USD, which Bybit counts 1:1
    for USDT). In isolated margin mode these are empty and follow from the coin.
    """
    coin = _usdt(row)
    equity, balance = coin.number("equity"), coin.number("walletBalance")
    initial = coin.number_or_zero("totalPositionIM") + coin.number_or_zero("totalOrderIM")
    available = row.number_or_none("totalAvailableBalance")
    account_initial = row.number_or_none("totalInitialMargin")
    maintenance = row.number_or_none("totalMaintenanceMargin")
    return Wallet(
        equity_usdt=equity,
        wallet_balance_usdt=balance,
        available_usdt=min(equity, balance) - initial if available is None else available,
        unrealised_pnl_usdt=coin.number_or_zero("unrealisedPnl"),
        initial_margin_usdt=initial if account_initial is None else account_initial,
        maintenance_margin_usdt=(
            coin.number_or_zero("totalPositionMM") if maintenance is None else maintenance
        ),
        taken_at=taken_at,
    )


def _usdt(row: Row) -> Row:
    for coin in row.rows("coin", "wallet coin"):
        if coin.text("coin") == "USDT":
            return coin
    # Coins never held are left out of the answer: an account without USDT owns none.
    return Row({"equity": Decimal(0), "walletBalance": Decimal(0)}, "wallet coin USDT")


def transaction(row: Row) -> Transaction:
    """One row of the transaction log.

    Its `id` is the symbol's sequence number and is shared by the fills of one match and by funding
    (docs sample of the endpoint), so the trade's id is added to make the row's own.
    """
    trade_id = row.text("tradeId")
    return Transaction(
        transaction_id=":".join(filter(None, (row.required_text("id"), trade_id))),
        kind=words.transaction_kind(row.text("type")),
        symbol=row.text("symbol"),
        cash_flow_usdt=row.number_or_zero("cashFlow"),
        funding_usdt=row.number_or_zero("funding"),
        fee_usdt=row.number_or_zero("fee"),
        change_usdt=row.number("change"),
        balance_after_usdt=row.number("cashBalance"),
        happened_at=row.moment("transactionTime"),
        execution_id=trade_id,
        order_id=row.text("orderId"),
        link_id=row.text("orderLinkId"),
        quantity=row.number_or_zero("qty"),
        price=row.price_or_none("tradePrice"),
    )


def closed_pnl(row: Row) -> ClosedPnl:
    """What one closing order earned."""
    return ClosedPnl(
        symbol=row.required_text("symbol"),
        order_id=row.required_text("orderId"),
        quantity=row.number("closedSize"),
        entry_price=row.number("avgEntryPrice"),
        exit_price=row.number("avgExitPrice"),
        pnl_usdt=row.number("closedPnl"),
        closed_at=row.moment("updatedTime" if row.text("updatedTime") else "createdTime"),
    )


def fee_rates(row: Row) -> FeeRates:
    """The fees of a symbol as fractions of the notional."""
    return FeeRates(taker=row.number("takerFeeRate"), maker=row.number("makerFeeRate"))


def key_permissions(row: Row) -> KeyPermissions:
    """What an API key may do (docs "Get API Key Information", 2026-07-24).

    Keys bound to an address do not expire; Bybit writes the year 1970 then.
    """
    permissions = row.part("permissions")
    is_read_only = row.flag("readOnly")
    return KeyPermissions(
        may_trade=not is_read_only
        and any(name in permissions.names(group) for group, name in _TRADING_PERMISSIONS),
        may_withdraw="Withdraw" in permissions.names("Wallet"),
        is_read_only=is_read_only,
        expires_at=_expiry(row),
    )


def _expiry(row: Row) -> datetime | None:
    text = row.text("expiredAt")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        row.refuse("expiredAt", "an ISO time")
    return moment.astimezone(UTC) if moment.year > 1970 else None
