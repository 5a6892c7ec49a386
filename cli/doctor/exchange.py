"""Checks of the exchange: does it answer, is the clock right, may the key do what it must."""

from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.bybit.clock import ClockOffset, measure_offset
from adapters.bybit.gateway import BybitGateway
from adapters.bybit.retries import ReadPolicy
from cli.desk import exchange_gateway
from cli.doctor.verdicts import Verdict, failure, ok, warning
from config.desk import Clock
from config.environments import Environment
from config.settings import Settings
from tasks.clock import wall_time
from trading.account import KeyPermissions
from trading.errors import AutotraderError
from trading.positions import PositionMode

_ONCE = ReadPolicy(attempts=1)
"""Who asks for a check wants to know how it is now."""

_EXPIRY_NOTICE = timedelta(days=14)


def check_exchange(settings: Settings) -> list[Verdict]:
    """Everything that can be known of the exchange; only the first check if it is silent."""
    with exchange_gateway(settings, _ONCE) as gateway:
        return _checks(settings, gateway)


def _checks(settings: Settings, gateway: BybitGateway) -> list[Verdict]:
    try:
        measured = measure_offset(gateway.server_time, wall_time)
    except AutotraderError as error:
        return [failure("exchange", str(error), _how_to_reach(settings))]
    trip = f"{measured.round_trip.total_seconds() * 1000:.0f} ms"
    return [
        ok("exchange", f"{settings.environment} answers at {settings.exchange_url} in {trip}"),
        check_clock(settings, measured),
        _guarded("key", lambda: check_key(gateway.key_permissions(), now=wall_time())),
        _guarded("position mode", lambda: _check_modes(settings, gateway)),
    ]


def _how_to_reach(settings: Settings) -> str:
    if settings.environment is Environment.PAPER:
        return "start it with `autotrader up` or `autotrader sim`"
    return "check the network, and https://bybit-exchange.github.io for maintenance"


def check_clock(settings: Settings, measured: ClockOffset) -> Verdict:
    """Whether this machine's clock is near enough to the exchange's."""
    if settings.clock is Clock.EXCHANGE:
        return ok("clock", "the desk runs in the exchange's own time")
    offset = measured.offset.total_seconds() * 1000
    detail = f"the exchange's clock is {offset:+.0f} ms from ours"
    fix = "set this machine's clock with NTP (`timedatectl set-ntp true`)"
    if abs(offset) > settings.max_clock_skew_ms:
        allowed = f"{settings.max_clock_skew_ms} ms allowed by AUTOTRADER_MAX_CLOCK_SKEW_MS"
        return failure("clock", f"{detail}, {allowed}", fix)
    if abs(offset) > settings.max_clock_skew_ms / 2:
        return warning("clock", detail, fix)
    return ok("clock", detail)


def check_key(permissions: KeyPermissions, *, now: datetime) -> Verdict:
    """Whether the API key may trade, may not withdraw, and lives on."""
    fix = "make a key that may trade contracts and nothing else"
    if permissions.may_withdraw:
        return failure("key", "the API key may withdraw money", fix)
    if permissions.is_read_only or not permissions.may_trade:
        return failure("key", "the API key may not trade contracts", fix)
    expires = permissions.expires_at
    if expires is not None and expires - now < _EXPIRY_NOTICE:
        return warning("key", f"the API key expires at {expires:%Y-%m-%d %H:%M} UTC", fix)
    return ok("key", "may trade, may not withdraw")


def _check_modes(settings: Settings, gateway: BybitGateway) -> Verdict:
    modes = {symbol: gateway.position_mode(symbol) for symbol in settings.symbols}
    hedged = [symbol for symbol, mode in modes.items() if mode is PositionMode.HEDGE]
    if hedged:
        return failure(
            "position mode",
            f"{', '.join(hedged)} in hedge mode; the desk trades one-way",
            "close what is open and switch to one-way mode at the exchange",
        )
    return ok("position mode", f"one-way for {', '.join(modes)}")


def _guarded(name: str, check: Callable[[], Verdict]) -> Verdict:
    try:
        return check()
    except AutotraderError as error:
        fix = "correct AUTOTRADER_EXCHANGE_API_KEY and _SECRET, or AUTOTRADER_SYMBOLS"
        return failure(name, str(error), fix)
