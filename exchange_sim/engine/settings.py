"""Leverage and position mode of an account (spec section 2.3)."""

from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_position
from exchange_sim.engine.errors import RetCode, VenueError, invalid
from exchange_sim.engine.money import on_grid
from exchange_sim.engine.requests import LeverageRequest, ModeRequest
from exchange_sim.engine.valuation import available_balance, terms_of
from exchange_sim.engine.venue import Venue


def check_leverage(venue: Venue, account: Account, request: LeverageRequest) -> Decimal:
    """The leverage a request sets, checked; nothing is changed yet.

    Raises: VenueError 10001 off range or grid, 110013 above the instrument's or the tier's
    maximum, 110043 already so, 110044 without the margin for it.
    """
    instrument, leverage = venue.instrument(request.symbol), request.buy
    if request.buy != request.sell:
        raise invalid("buy leverage invalid: buyLeverage and sellLeverage must be equal")
    if leverage < instrument.min_leverage or not on_grid(leverage, instrument.leverage_step):
        raise invalid(
            f"buy leverage invalid: {leverage}; from {instrument.min_leverage} in steps of "
            f"{instrument.leverage_step}"
        )
    if leverage > instrument.max_leverage:
        raise _too_high(leverage, instrument.max_leverage)
    if leverage == account.leverage(request.symbol):
        raise VenueError(RetCode.LEVERAGE_NOT_MODIFIED, "Set leverage has not been modified.")
    _check_tier(venue, account, request.symbol, leverage)
    _check_margin(venue, account, request.symbol, leverage)
    return leverage


def set_leverage(venue: Venue, account: Account, symbol: str, leverage: Decimal) -> None:
    """Book a checked leverage and tell the position rows of the symbol."""
    account.leverages[symbol] = leverage
    for position_idx in account.position_indices(symbol):
        announce_position(venue, account, symbol, position_idx)


def symbols_to_switch(venue: Venue, account: Account, request: ModeRequest) -> list[str]:
    """The symbols whose mode a request changes; nothing is changed yet.

    Raises: VenueError 10001 without symbol and coin, 110025 already so, 110024 with a position,
    110028 with open orders. By coin, busy symbols are skipped.
    """
    if not request.symbol:
        return _idle_symbols(venue, account, request)
    symbol = venue.instrument(request.symbol).symbol
    if account.mode(symbol) is request.mode:
        raise VenueError(RetCode.MODE_NOT_MODIFIED, "Position mode is not modified")
    if any(holding.symbol == symbol for holding in account.open_holdings()):
        raise VenueError(RetCode.POSITION_EXISTS, f"{symbol} has a position: close it first")
    if account.orders.has_open(symbol):
        raise VenueError(RetCode.ORDERS_EXIST, f"{symbol} has open orders: cancel them first")
    return [symbol]


def switch_mode(venue: Venue, account: Account, symbols: list[str], request: ModeRequest) -> None:
    """Book the mode for the symbols and tell their new position rows."""
    for symbol in symbols:
        account.modes[symbol] = request.mode
        for position_idx in account.position_indices(symbol):
            announce_position(venue, account, symbol, position_idx)


def _idle_symbols(venue: Venue, account: Account, request: ModeRequest) -> list[str]:
    if request.coin != "USDT":
        raise invalid("params error: symbol or coin is required; the only settle coin is USDT")
    symbols = [
        symbol
        for symbol in venue.instruments
        if account.mode(symbol) is not request.mode and not account.is_interested(symbol)
    ]
    if not symbols:
        raise VenueError(RetCode.MODE_NOT_MODIFIED, "Position mode is not modified")
    return symbols


def _too_high(leverage: Decimal, most: Decimal) -> VenueError:
    # The venue prints leverages in this text times 100.
    return VenueError(
        RetCode.LEVERAGE_TOO_HIGH,
        f"cannot set leverage [{leverage * 100:.0f}] gt maxLeverage [{most * 100:.0f}] "
        "by risk limit",
    )


def _check_tier(venue: Venue, account: Account, symbol: str, leverage: Decimal) -> None:
    mark, terms = venue.tick(symbol).mark, terms_of(venue, account, symbol)
    for position_idx in account.position_indices(symbol):
        _, tier = terms.tier(account.holding(symbol, position_idx).size * mark)
        if leverage > tier.max_leverage:
            raise _too_high(leverage, tier.max_leverage)


def _check_margin(venue: Venue, account: Account, symbol: str, leverage: Decimal) -> None:
    """Refuse a lower leverage the account cannot pay for; tried on the account, then undone."""
    former = account.leverage(symbol)
    if leverage > former or not account.is_interested(symbol):
        return
    account.leverages[symbol] = leverage
    left = available_balance(venue, account)
    account.leverages[symbol] = former
    if left < 0:
        raise VenueError(
            RetCode.MARGIN_INSUFFICIENT,
            f"available margin is insufficient for leverage {leverage}: {-left:.4f} USDT missing",
        )
