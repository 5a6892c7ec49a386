"""The account: wallet, money movements, fees, what the key may do."""

from datetime import datetime

from adapters.bybit import rows_account
from adapters.bybit.calls import BybitCalls, answered_at, build_all, only_row
from adapters.bybit.endpoints import Read
from adapters.bybit.paging import unique
from adapters.bybit.parsing import Row
from trading.account import ClosedPnl, FeeRates, KeyPermissions, Transaction, Wallet

_TRANSACTIONS_PER_PAGE = 50
_CLOSED_PNL_PER_PAGE = 100


class AccountCalls(BybitCalls):
    """Requests about the account as a whole."""

    def wallet_balance(self) -> Wallet:
        """The unified account in USDT."""
        answer = self._session.read(Read.WALLET_BALANCE, accountType="UNIFIED", coin="USDT")
        row = only_row(Row(answer.result, "wallet").rows("list", "wallet"), "wallet")
        taken_at = answered_at(answer, "wallet")
        return row.build(lambda fields: rows_account.wallet(fields, taken_at))

    def transactions_since(self, since: datetime) -> list[Transaction]:
        """Everything that moved the USDT balance from `since` to now, oldest first.

        Not only contracts: transfers and interest move the same balance. Rows of one millisecond
        keep the exchange's order, so that each balance follows from the one before.
        """
        rows = self._rows_since(
            since,
            Read.TRANSACTIONS,
            accountType="UNIFIED",
            currency="USDT",
            limit=_TRANSACTIONS_PER_PAGE,
        )
        transactions = build_all(rows, rows_account.transaction)
        ordered = sorted(transactions, key=lambda transaction: transaction.happened_at)
        return unique(ordered, lambda transaction: transaction.transaction_id)

    def closed_pnl(self, since: datetime) -> list[ClosedPnl]:
        """What each closing order earned from `since` to now, oldest first."""
        rows = self._rows_since(
            since, Read.CLOSED_PNL, category="linear", limit=_CLOSED_PNL_PER_PAGE
        )
        results = build_all(rows, rows_account.closed_pnl)
        ordered = sorted(results, key=lambda result: (result.closed_at, result.order_id))
        return unique(ordered, lambda result: result)

    def fee_rates(self, symbol: str) -> FeeRates:
        """The account's fees in a symbol."""
        rows = self._rows(Read.FEE_RATES, category="linear", symbol=symbol)
        return only_row(rows, f"fee rates of {symbol}").build(rows_account.fee_rates)

    def key_permissions(self) -> KeyPermissions:
        """What the API key in use may do."""
        answer = self._session.read(Read.KEY_INFORMATION)
        return Row(answer.result, "API key").build(rows_account.key_permissions)
