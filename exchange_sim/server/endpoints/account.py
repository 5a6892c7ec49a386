"""The account: wallet, settings, fees, transaction log, the key itself (spec 2.2, 5.4)."""

from exchange_sim.engine.errors import invalid
from exchange_sim.server.calls import Call
from exchange_sim.server.keys import Permission
from exchange_sim.server.messages import Answer
from exchange_sim.server.numbers import Row
from exchange_sim.server.paging import page
from exchange_sim.server.rows.instrument_rows import fee_rate_row
from exchange_sim.server.rows.transaction_rows import transaction_row
from exchange_sim.server.rows.wallet_rows import wallet_row
from exchange_sim.server.windows import DAY_MS, window_of

UNIFIED_2_PRO = 6  # unifiedMarginStatus of a UTA 2.0 (pro) account


def wallet_balance(call: Call) -> Answer:
    """GET /v5/account/wallet-balance."""
    parameters = call.parameters
    if parameters.required("accountType") != "UNIFIED":
        raise invalid("accountType only support UNIFIED.")
    coins = frozenset(coin for coin in parameters.text("coin").split(",") if coin)
    return Answer({"list": [wallet_row(call.reads.wallet(call.account), coins)]})


def account_info(call: Call) -> Answer:
    """GET /v5/account/info."""
    return Answer(
        {
            "marginMode": "REGULAR_MARGIN",
            "updatedTime": str(call.market.start_ms),
            "unifiedMarginStatus": UNIFIED_2_PRO,
            "dcpStatus": "OFF",
            "timeWindow": 0,
            "smpGroup": 0,
            "isMasterTrader": False,
            "spotHedgingStatus": "OFF",
        }
    )


def fee_rate(call: Call) -> Answer:
    """GET /v5/account/fee-rate."""
    call.parameters.require_linear(default="linear")
    symbol = call.parameters.symbol(call.market)
    symbols = [symbol] if symbol else call.market.symbols
    rows = [fee_rate_row(one, call.exchange.fee_rate(call.account, one)) for one in symbols]
    return Answer({"list": rows})


def transaction_log(call: Call) -> Answer:
    """GET /v5/account/transaction-log; without a window the last 24 hours."""
    parameters = call.parameters
    window = window_of(parameters, call.now_ms, default_ms=DAY_MS)
    kind, category = parameters.text("type"), parameters.text("category")
    currency = parameters.text("currency")
    wanted = (
        row
        for row in call.reads.transactions(call.account)
        if window.covers(row.time_ms)
        and kind in {"", row.type.value}
        and currency in {"", "USDT"}
        and (category == "" or (category == "linear" and row.symbol))
    )
    limit = parameters.limit(default=20, maximum=50)
    rows, cursor = page(
        wanted, lambda row: (row.time_ms, row.transaction_id), limit, parameters.text("cursor")
    )
    return Answer({"list": [transaction_row(row) for row in rows], "nextPageCursor": cursor})


def key_information(call: Call) -> Answer:
    """GET /v5/user/query-api: what the key may do; by default it may not withdraw."""
    key = call.signer
    return Answer(
        {
            "id": "1",
            "note": "simulator",
            "apiKey": key.key,
            "readOnly": int(key.permission is Permission.READ),
            "secret": "",
            "permissions": _permissions(key.permission),
            "ips": ["*"],
            "type": 1,
            "deadlineDay": 90,
            "expiredAt": "2099-01-01T00:00:00Z",
            "createdAt": "2025-01-01T00:00:00Z",
            "uta": 1,
            **_owner(key.account),
        }
    )


def coin_information(_call: Call) -> Answer:
    """GET /v5/asset/coin/query-info: no coin can be moved on a chain here."""
    return Answer({"rows": []})


def _permissions(permission: Permission) -> Row:
    unused = (
        "Spot Options CopyTrading BlockTrade Exchange NFT Affiliate Earn FiatP2P "
        "FiatConvertBroker FiatGlobalPay FiatBitPay BitCard ByXPost"
    )
    trades = permission is not Permission.READ
    rights: Row = {name: [] for name in unused.split()}
    return rights | {
        "ContractTrade": ["Order", "Position"] if trades else [],
        "Derivatives": ["DerivativesTrade"] if trades else [],
        "Wallet": ["Withdraw"] if permission is Permission.WITHDRAW else [],
    }


def _owner(account: str) -> Row:
    return {
        "unified": 0,
        "userID": int(account),
        "inviterID": 0,
        "vipLevel": "No VIP",
        "mktMakerLevel": "0",
        "affiliateID": 0,
        "rsaPublicKey": "",
        "isMaster": True,
        "parentUid": "0",
        "kycLevel": "LEVEL_DEFAULT",
        "kycRegion": "",
        "userIDInt64": account,
        "inviterIDInt64": "0",
        "affiliateIDInt64": "0",
    }
