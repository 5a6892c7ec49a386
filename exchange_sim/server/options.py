"""The command line of the simulated exchange, read into Settings."""

import argparse
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from exchange_sim.server.keys import Permission
from exchange_sim.server.pace import REAL, Pace, parse_pace
from exchange_sim.server.settings import Settings

_MAX_PORT = 65_535
_MAX_SKEW_MS = 86_400_000


def parse_options(arguments: Sequence[str]) -> Settings:
    """The settings of a command line; missing key, secret and token are made up.

    A bad value prints what is allowed and leaves with exit code 2.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if (options.api_key is None) != (options.api_secret is None):
        parser.error("--api-key and --api-secret belong together: give both or neither")
    if options.data is not None and options.start is not None:
        parser.error("--start is for the synthetic market; --data starts where its candles start")
    return Settings(
        api_key=options.api_key or secrets.token_hex(9),
        api_secret=options.api_secret or secrets.token_hex(18),
        control_token=options.control_token or secrets.token_hex(16),
        host=options.host,
        port=options.port,
        data=options.data,
        seed=options.seed,
        symbols=options.symbols,
        start_ms=options.start,
        pace=options.speed,
        balance=options.balance,
        journal=options.journal,
        permission=options.permission,
        clock_skew_ms=options.clock_skew_ms,
        rate_limits=options.rate_limits == "on",
        json=options.json,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m exchange_sim",
        description="A simulated Bybit V5 exchange for USDT perpetuals, on this machine only.",
        allow_abbrev=False,
    )
    _add_market(parser)
    _add_server(parser)
    return parser


def _add_market(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("market").add_argument
    add("--data", type=Path, help="replay the candles of this folder")
    add("--seed", type=int, default=1, help="seed of the synthetic market (default 1)")
    add("--symbols", type=_symbols, help="comma list, default: all of the folder, or BTCUSDT,…")
    add("--start", type=_moment, help="ISO time or now; first moment of the synthetic market")
    add("--speed", type=_pace, default=REAL, help="real (default), step, or N times real time")
    add("--balance", type=_balance, default=Decimal(10_000), help="first USDT (default 10000)")
    add("--journal", type=Path, help="file that keeps the exchange's state over restarts")


def _add_server(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("server").add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    add("--port", type=_port, default=0, help="0 (default) takes any free port")
    add("--api-key", help="default: made up and printed")
    add("--api-secret", help="default: made up and printed")
    add("--control-token", help="default: made up and printed")
    add("--permission", type=Permission, choices=list(Permission), default=Permission.TRADE)
    add("--clock-skew-ms", type=_skew, default=0, help="shift of the server's clock")
    add("--rate-limits", choices=["on", "off"], default="on")
    add("--json", action="store_true", help="print one JSON line when ready")


def _symbols(text: str) -> tuple[str, ...]:
    symbols = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    wrong = [symbol for symbol in symbols if not (symbol.isalnum() and symbol.isupper())]
    if not symbols or wrong:
        message = f"symbols are {text!r}; a comma list such as BTCUSDT,ETHUSDT is needed"
        raise argparse.ArgumentTypeError(message)
    return symbols


def _moment(text: str) -> int | None:
    if text == "now":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        message = f"start is {text!r}; an ISO time such as 2025-10-01T00:00:00Z or now is needed"
        raise argparse.ArgumentTypeError(message) from None
    in_utc = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(in_utc.timestamp() * 1000)


def _pace(text: str) -> Pace:
    try:
        return parse_pace(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _balance(text: str) -> Decimal:
    try:
        balance = Decimal(text)
    except InvalidOperation:
        balance = Decimal(-1)
    if not (balance.is_finite() and 0 <= balance <= 10**12):
        message = f"balance is {text!r}; an amount of USDT from 0 to 1000000000000 is needed"
        raise argparse.ArgumentTypeError(message)
    return balance


def _port(text: str) -> int:
    return _whole(text, "port", 0, _MAX_PORT)


def _skew(text: str) -> int:
    return _whole(text, "clock skew", -_MAX_SKEW_MS, _MAX_SKEW_MS)


def _whole(text: str, name: str, lowest: int, highest: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = lowest - 1
    if not lowest <= value <= highest:
        message = f"{name} is {text!r}; a whole number from {lowest} to {highest} is needed"
        raise argparse.ArgumentTypeError(message)
    return value
