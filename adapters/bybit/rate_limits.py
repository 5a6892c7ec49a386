"""What Bybit allows of each request and what the request is for.

Source: docs "Rate Limit", read 2026-07-24 (bybit_v5.md §1.2), linear, the lowest tier. Market data
is counted by address alone.
"""

from hashlib import sha256
from urllib.parse import urlsplit

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.endpoints import Read, Write
from trading.traffic import Call, Purpose

PER_SECOND: dict[Read | Write, int] = {
    Read.WALLET_BALANCE: 50,
    Read.FEE_RATES: 5,
    Read.TRANSACTIONS: 25,
    Read.KEY_INFORMATION: 10,
    Read.POSITIONS: 50,
    Read.CLOSED_PNL: 50,
    Read.OPEN_ORDERS: 50,
    Read.ORDER_HISTORY: 50,
    Read.EXECUTIONS: 50,
    Write.PLACE_ORDER: 10,
    Write.AMEND_ORDER: 10,
    Write.CANCEL_ORDER: 10,
    Write.CANCEL_ALL: 10,
    Write.SET_LEVERAGE: 10,
    Write.SET_PROTECTION: 10,
}

_PROTECTING = frozenset({Write.CANCEL_ORDER, Write.CANCEL_ALL, Write.SET_PROTECTION})


def call_of(access: ExchangeAccess, endpoint: Read | Write, parameters: dict[str, object]) -> Call:
    """The request as the limits see it."""
    return Call(
        host=urlsplit(access.base_url).netloc,
        account=_account_of(access),
        endpoint=str(endpoint),
        purpose=_purpose_of(endpoint, parameters),
        per_second=PER_SECOND.get(endpoint),
    )


def _purpose_of(endpoint: Read | Write, parameters: dict[str, object]) -> Purpose:
    if isinstance(endpoint, Read):
        return Purpose.READ
    if endpoint in _PROTECTING or parameters.get("reduceOnly") is True:
        return Purpose.PROTECT
    return Purpose.ENTRY


def _account_of(access: ExchangeAccess) -> str:
    # Enough to tell accounts apart; the key itself is stored nowhere.
    return sha256(access.api_key.get_secret_value().encode()).hexdigest()[:12]
