"""Signed orders at a simulated exchange, as fast as it takes them."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from pydantic import SecretStr

from trading.errors import AutotraderError

_PATH = "/v5/order/create"
_WINDOW_MS = "5000"
_LENGTH = b"content-length:"


class OrderLoadError(AutotraderError):
    """The exchange did not take an order; the message has its answer."""


@dataclass(frozen=True, slots=True)
class Load:
    """`orders` market orders of `quantity`, buys and sells in turn, over so many connections."""

    rest_url: str
    api_key: SecretStr
    api_secret: SecretStr
    symbol: str
    quantity: Decimal
    orders: int
    connections: int


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds from the first request to the last answer, and of each request and answer."""

    total_s: float
    each_s: tuple[float, ...]


def send_load(load: Load) -> Timings:
    """Send all orders, each connection its share one after another, and time them.

    Raises:
        OrderLoadError: an order was refused.
    """
    return asyncio.run(_send_all(load))


async def _send_all(load: Load) -> Timings:
    began = time.perf_counter()
    shares = (range(first, load.orders, load.connections) for first in range(load.connections))
    timed = await asyncio.gather(*(_send_share(load, share) for share in shares))
    total = time.perf_counter() - began
    return Timings(total, tuple(seconds for share in timed for seconds in share))


async def _send_share(load: Load, numbers: Iterable[int]) -> list[float]:
    address = urlsplit(load.rest_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    timed = []
    try:
        for turn, number in enumerate(numbers):
            request = signed_order(load, number, is_buy=turn % 2 == 0, now_ms=_now_ms())
            began = time.perf_counter()
            writer.write(request)
            _require_taken(await _answer(reader))
            timed.append(time.perf_counter() - began)
    finally:
        writer.close()
        await writer.wait_closed()
    return timed


def signed_order(load: Load, number: int, *, is_buy: bool, now_ms: int) -> bytes:
    """The HTTP request of order `number`, signed as Bybit asks (bybit_v5.md §1.1)."""
    body = json.dumps(
        {
            "category": "linear",
            "symbol": load.symbol,
            "side": "Buy" if is_buy else "Sell",
            "orderType": "Market",
            "qty": format(load.quantity, "f"),
            "orderLinkId": f"bench-{number}",
        }
    ).encode()
    key = load.api_key.get_secret_value()
    signed = f"{now_ms}{key}{_WINDOW_MS}".encode() + body
    secret = load.api_secret.get_secret_value().encode()
    signature = hmac.new(secret, signed, hashlib.sha256).hexdigest()
    head = (
        f"POST {_PATH} HTTP/1.1\r\nHost: {urlsplit(load.rest_url).netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"X-BAPI-API-KEY: {key}\r\nX-BAPI-TIMESTAMP: {now_ms}\r\n"
        f"X-BAPI-RECV-WINDOW: {_WINDOW_MS}\r\nX-BAPI-SIGN: {signature}\r\n\r\n"
    )
    return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = (line for line in head.lower().splitlines() if line.startswith(_LENGTH))
    return await reader.readexactly(int(next(lengths).removeprefix(_LENGTH)))


def _require_taken(answer: bytes) -> None:
    if json.loads(answer)["retCode"] != 0:
        message = f"the exchange did not take a bench order: {answer.decode()}"
        raise OrderLoadError(message)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
