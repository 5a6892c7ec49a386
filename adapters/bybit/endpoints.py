"""The requests the desk makes, as names of pybit's methods.

Reads and writes are two types: the retrying `BybitTransport.read` cannot be handed a write.
"""

from enum import StrEnum


class Read(StrEnum):
    """Requests that change nothing and may be repeated."""

    SERVER_TIME = "get_server_time"
    SYSTEM_STATUS = "get_system_status"
    INSTRUMENTS = "get_instruments_info"
    TICKERS = "get_tickers"
    CANDLES = "get_kline"
    MARK_CANDLES = "get_mark_price_kline"
    FUNDING_HISTORY = "get_funding_rate_history"
    OPEN_INTEREST = "get_open_interest"
    ACCOUNT_RATIO = "get_long_short_ratio"
    WALLET_BALANCE = "get_wallet_balance"
    FEE_RATES = "get_fee_rates"
    TRANSACTIONS = "get_transaction_log"
    KEY_INFORMATION = "get_api_key_information"
    POSITIONS = "get_positions"
    CLOSED_PNL = "get_closed_pnl"
    OPEN_ORDERS = "get_open_orders"
    ORDER_HISTORY = "get_order_history"
    EXECUTIONS = "get_executions"


class Write(StrEnum):
    """Requests that may change something; sent once."""

    PLACE_ORDER = "place_order"
    AMEND_ORDER = "amend_order"
    CANCEL_ORDER = "cancel_order"
    CANCEL_ALL = "cancel_all_orders"
    SET_LEVERAGE = "set_leverage"
    SET_PROTECTION = "set_trading_stop"
