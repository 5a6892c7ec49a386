"""Which path is served by which endpoint, with which method and limit (spec 1.2, 2, 5.6)."""

from dataclasses import dataclass

from exchange_sim.server.calls import Endpoint
from exchange_sim.server.endpoints import (
    account,
    batches,
    crowd,
    executions,
    instruments,
    market,
    orders,
    positions,
    system,
)

STATUS_PATH = "/v5/system/status"


@dataclass(frozen=True, slots=True)
class Route:
    """One path: `limit` is requests per second and account; None makes it public."""

    method: str
    path: str
    endpoint: Endpoint
    limit: int | None = None


_PUBLIC = (
    Route("GET", STATUS_PATH, system.system_status),
    Route("GET", "/v5/market/time", market.server_time),
    Route("GET", "/v5/market/kline", market.kline),
    Route("GET", "/v5/market/mark-price-kline", market.mark_price_kline),
    Route("GET", "/v5/market/orderbook", market.orderbook),
    Route("GET", "/v5/market/recent-trade", market.recent_trade),
    Route("GET", "/v5/market/funding/history", market.funding_history),
    Route("GET", "/v5/market/open-interest", crowd.open_interest),
    Route("GET", "/v5/market/account-ratio", crowd.account_ratio),
    Route("GET", "/v5/market/instruments-info", instruments.instruments_info),
    Route("GET", "/v5/market/risk-limit", instruments.risk_limit),
    Route("GET", "/v5/market/tickers", instruments.tickers),
    Route("GET", "/v5/market/price-limit", instruments.price_limit),
)
_ACCOUNT = (
    Route("GET", "/v5/account/wallet-balance", account.wallet_balance, 50),
    Route("GET", "/v5/account/info", account.account_info, 50),
    Route("GET", "/v5/account/fee-rate", account.fee_rate, 5),
    Route("GET", "/v5/account/transaction-log", account.transaction_log, 25),
    Route("GET", "/v5/account/instruments-info", instruments.instruments_info, 10),
    Route("GET", "/v5/user/query-api", account.key_information, 10),
    Route("GET", "/v5/asset/coin/query-info", account.coin_information, 5),
)
_TRADE = (
    Route("GET", "/v5/position/list", positions.position_list, 50),
    Route("POST", "/v5/position/set-leverage", positions.set_leverage, 10),
    Route("POST", "/v5/position/trading-stop", positions.trading_stop, 10),
    Route("POST", "/v5/position/switch-mode", positions.switch_mode, 10),
    Route("GET", "/v5/position/closed-pnl", positions.closed_pnl, 50),
    Route("POST", "/v5/order/create", orders.create, 10),
    Route("POST", "/v5/order/amend", orders.amend, 10),
    Route("POST", "/v5/order/cancel", orders.cancel, 10),
    Route("POST", "/v5/order/cancel-all", orders.cancel_all, 10),
    Route("POST", "/v5/order/create-batch", batches.create_batch, 10),
    Route("POST", "/v5/order/amend-batch", batches.amend_batch, 10),
    Route("POST", "/v5/order/cancel-batch", batches.cancel_batch, 10),
    Route("GET", "/v5/order/realtime", orders.realtime, 50),
    Route("GET", "/v5/order/history", orders.history, 50),
    Route("GET", "/v5/execution/list", executions.execution_list, 50),
)
ROUTES = {route.path: route for route in (*_PUBLIC, *_ACCOUNT, *_TRADE)}
