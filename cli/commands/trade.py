"""`trade` and `close`: an order by hand, through the same limits and the same outbox."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from cli.database import desk_in_force
from cli.desk import open_desk
from cli.options import AsJson, Yes
from cli.output import print_json, say, warn
from cli.prefect_api import prefect_answers, prefect_api
from config.settings import Settings
from db.repositories.intents import Intent
from flows.position_sync import position_sync
from tasks.manual import (
    Quote,
    Wish,
    ask_owner,
    close_by_hand,
    execute,
    preview,
    quote,
    reserve,
)
from tasks.resources import Resources
from trading.intent_states import IntentState
from trading.positions import Direction, Position
from trading.proposals import OrderSource, Proposal, needs_approval
from trading.reasons import Refused
from trading.risk import Approved

FAILED = 1
REFUSED = 3


def _price(text: str) -> Decimal:
    try:
        price = Decimal(text)
    except InvalidOperation:
        price = Decimal(0)
    if not (price.is_finite() and price > 0):
        message = f"{text!r} is no price; give USDT above 0, such as 61250.5"
        raise typer.BadParameter(message)
    return price


def _symbol(text: str) -> str:
    return text.upper()


Symbol = Annotated[str, typer.Argument(help="USDT perpetual, such as BTCUSDT.", parser=_symbol)]
Price = Annotated[Decimal, typer.Option(parser=_price, metavar="PRICE", help="Trigger in USDT.")]


def trade(
    symbol: Symbol,
    direction: Annotated[Direction, typer.Argument(help="long or short.")],
    *,
    stop: Price,
    target: Price,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Open a position at the market, its stop and target with it.

    The quantity is what the risk limits afford between price and stop. A trade that breaks a
    limit is refused with the limit's name and exit code 3; no option overrules one. With
    AUTOTRADER_APPROVAL=all it waits for your word first.

    Examples:
    - `autotrader trade BTCUSDT long --stop 60000 --target 64000`
    - `autotrader trade ETHUSDT short --stop 2600 --target 2300 --yes --json`
    """
    wish = Wish(symbol, direction, stop, target)
    with desk_in_force() as settings, prefect_api(settings):
        # The limits count the positions of the newest mirror.
        position_sync()
        with open_desk(settings, role="trade") as resources:
            result = _trade(resources, wish, asks=not yes)
        if isinstance(result, Intent):
            position_sync()
    _tell(result, as_json=as_json)


def close(symbol: Symbol, *, yes: Yes = False, as_json: AsJson = False) -> None:
    """Close the whole position of a symbol at the market.

    Needs the exchange and the database, nothing else. The trade is booked by the sync that
    follows, here if Prefect's API answers, or else by the next scheduled one.

    Examples:
    - `autotrader close BTCUSDT`
    - `autotrader close BTCUSDT --yes --json`
    """
    with desk_in_force() as settings:
        with open_desk(settings, role="close") as resources:
            position = _position_of(resources, symbol)
            if not yes:
                held = f"{position.direction} {position.quantity} {symbol}"
                typer.confirm(f"Close {held} at the market?", abort=True, err=True)
            intent = close_by_hand(resources, position)
        _book(settings)
    _tell(intent, as_json=as_json)


def _trade(resources: Resources, wish: Wish, *, asks: bool) -> Intent | Proposal | Refused:
    quoted = quote(resources, wish)
    if isinstance(quoted, Refused):
        return quoted
    if asks:
        expected = preview(resources, quoted)
        if isinstance(expected, Refused):
            return expected
        typer.confirm(_question(quoted, expected), abort=True, err=True)
        # The market has moved while the owner was reading.
        quoted = quote(resources, wish)
        if isinstance(quoted, Refused):
            return quoted
    if needs_approval(resources.asking.rules.policy, OrderSource.HAND):
        return ask_owner(resources, quoted)
    reserved = reserve(resources, quoted)
    return reserved if isinstance(reserved, Refused) else execute(resources, reserved)


def _question(quoted: Quote, expected: Approved) -> str:
    signal = quoted.signal
    return (
        f"{signal.direction} {expected.order.quantity} {signal.symbol} at about "
        f"{signal.entry_price}, stop {signal.stop_loss}, target {signal.take_profit}: "
        f"{expected.notional_usdt:.2f} USDT, at most {expected.risk_usdt:.2f} USDT lost at the "
        "stop. Send it?"
    )


def _position_of(resources: Resources, symbol: str) -> Position:
    held = {position.symbol: position for position in resources.gateway.positions()}
    if symbol not in held:
        open_now = ", ".join(sorted(held)) or "none"
        message = f"{symbol} has no open position; open: {open_now}"
        raise typer.BadParameter(message)
    return held[symbol]


def _book(settings: Settings) -> None:
    # Closing must not wait for a Prefect server to start.
    if prefect_answers(settings):
        with prefect_api(settings):
            position_sync()
    else:
        warn("Prefect's API does not answer: the next sync books the trade.")


def _tell(result: Intent | Proposal | Refused, *, as_json: bool) -> None:
    if as_json:
        print_json(_facts(result))
    elif isinstance(result, Refused):
        say(f"Refused ({result.reason}): {result.detail}")
    else:
        say(_sentence(result))
    if isinstance(result, Refused):
        raise typer.Exit(REFUSED)
    if isinstance(result, Intent) and result.state is not IntentState.FILLED:
        raise typer.Exit(FAILED)


def _facts(result: Intent | Proposal | Refused) -> dict[str, object]:
    if isinstance(result, Refused):
        return {"state": "refused_by_limit", "reason": result.reason, "detail": result.detail}
    if isinstance(result, Proposal):
        waits = {"approval_id": str(result.id), "expires_at": result.expires_at}
        return {"state": "waits_for_approval", "order": result.order, **waits}
    return {
        "state": result.state,
        "order": result.order,
        "order_id": result.order_id,
        "notional_usdt": result.notional_usdt,
        "risk_usdt": result.risk_usdt,
        "error_code": result.error_code,
        "detail": result.error_message,
    }


def _sentence(result: Intent | Proposal) -> str:
    if isinstance(result, Proposal):
        return (
            f"Waits for your word until {result.expires_at:%H:%M:%S} UTC: "
            f"`autotrader approve {result.id}`"
        )
    return _ending(result)


def _ending(intent: Intent) -> str:
    order = intent.order
    what = f"{order.side} {order.quantity} {order.symbol} ({order.link_id})"
    match intent.state:
        case IntentState.FILLED:
            return f"Filled: {what}"
        case IntentState.UNKNOWN | IntentState.SENT | IntentState.ACKNOWLEDGED:
            return f"Not known yet: {what}; the next sync looks it up, do not send it again"
        case _:
            return f"Not done, {intent.state}: {what}; {intent.error_message}"
