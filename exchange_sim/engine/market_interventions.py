"""What is done to the market of a running venue: a change, its end, a delisting."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

from exchange_sim.engine.errors import RetCode, invalid
from exchange_sim.engine.forced import settle_delisting
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.wire_fields import number, text, whole
from exchange_sim.market.changes import ChangeKind, MarketChange
from exchange_sim.market.errors import MarketDataError

Params = Mapping[str, object]
Change = Callable[[], object]
_HEAD = frozenset({"id", "kind", "symbol", "from_ms", "until_ms"})


def _change(venue: Venue, params: Params) -> Change:
    """A change of prices, book, rules or funding; parameters beyond its head are its values."""
    values = {name: number(name, raw) for name, raw in params.items() if name not in _HEAD}
    until_ms = params.get("until_ms")
    try:
        wanted = MarketChange(
            change_id=text("id", params.get("id")),
            kind=ChangeKind(text("kind", params.get("kind"))),
            symbol=venue.instrument(text("symbol", params.get("symbol"))).symbol,
            from_ms=whole("from_ms", params.get("from_ms")),
            until_ms=None if until_ms is None else whole("until_ms", until_ms),
            values=values,
        )
    except (MarketDataError, ValueError) as error:
        raise invalid(f"market change invalid: {error}") from error
    return partial(_put, venue, wanted)


def _end_change(venue: Venue, params: Params) -> Change:
    change_id = text("id", params.get("id"))
    at_ms = whole("at_ms", params.get("at_ms"))

    def change() -> None:
        venue.feed.end_change(change_id, at_ms)
        _reread(venue)

    return change


def _delist(venue: Venue, params: Params) -> Change:
    """Announce the end of a symbol, and settle it then."""
    symbol = venue.instrument(text("symbol", params.get("symbol"))).symbol
    at_ms = whole("at_ms", params.get("at_ms"))
    if at_ms < venue.now_ms:
        raise invalid(f"at_ms is {at_ms}; {symbol} cannot end before now, {venue.now_ms}")

    def change() -> None:
        _rules(venue, symbol, "announced", {"delivery_ms": Decimal(at_ms)})
        venue.agenda.note(at_ms, partial(_close, venue, symbol))

    return change


def _close(venue: Venue, symbol: str) -> None:
    settle_delisting(venue, symbol)
    refusal = Decimal(RetCode.NOT_TRADING)
    _rules(venue, symbol, "closed", {"closed": Decimal(1), "refusal": refusal})


def _rules(venue: Venue, symbol: str, what: str, values: Mapping[str, Decimal]) -> None:
    change_id = f"delisting of {symbol}: {what}"
    # Not open: what is decided is not taken back when a fault is switched off.
    until_ms = 2**53
    change = MarketChange(change_id, ChangeKind.RULES, symbol, venue.now_ms, until_ms, values)
    _put(venue, change)


def _put(venue: Venue, change: MarketChange) -> None:
    try:
        venue.feed.change(change)
    except MarketDataError as error:
        raise invalid(f"market change invalid: {error}") from error
    _reread(venue)


def _reread(venue: Venue) -> None:
    for symbol in venue.instruments:
        venue.instruments[symbol] = venue.feed.instrument(symbol)


MARKET_INTERVENTIONS: Mapping[str, Callable[[Venue, Params], Change]] = {
    "market_change": _change,
    "end_market_change": _end_change,
    "delist": _delist,
}
