"""Pushed rows as values (bybit_v5.md §3). One that cannot be read does not take others along."""

from collections.abc import Callable, Mapping
from datetime import datetime

from adapters.bybit import rows_account, rows_orders, rows_positions
from adapters.bybit.parsing import Row
from trading.errors import BadDataError
from trading.positions import Position
from trading.pushes import FlatPosition, PushedRow, Quote, StreamMessage

Build = Callable[[Row], PushedRow]
Fields = Mapping[str, object]

LOST_SNAPSHOT = 20
"""After so many deltas without the snapshot they belong to, it is not going to come."""

_OURS = {"", "linear"}
_SETTLED_IN = "USDT"


class PushReader:
    """Reads the pushes of one socket in their order; a ticker's deltas need what came before."""

    def __init__(self) -> None:
        self._tickers: dict[str, Fields] = {}
        self._orphans: dict[str, int] = {}

    def read(self, body: Fields, received_at: datetime) -> StreamMessage:
        """The rows of a push.

        Raises:
            BadDataError: the push as a whole makes no sense: its topic, its time, its data.
        """
        frame = Row(body, "push")
        topic = frame.required_text("topic")
        match topic.split("."):
            case ["tickers", symbol]:
                return self._ticker(frame, topic, symbol, received_at)
            case ["order", *_]:
                return _message(frame, topic, rows_orders.order, received_at)
            case ["execution", *_]:
                return _message(frame, topic, rows_positions.execution, received_at)
            case ["position", *_]:
                pushed_at = frame.moment("creationTime")
                return _message(frame, topic, lambda row: _position(row, pushed_at), received_at)
            case ["wallet"]:
                taken_at = frame.moment("creationTime")
                return _message(
                    frame, topic, lambda row: rows_account.wallet(row, taken_at), received_at
                )
            case _:
                return frame.refuse("topic", "a topic that was subscribed to")

    @property
    def lost_snapshots(self) -> tuple[str, ...]:
        """Symbols whose deltas cannot be used: their snapshot never came."""
        return tuple(sorted(s for s, count in self._orphans.items() if count >= LOST_SNAPSHOT))

    def _ticker(self, frame: Row, topic: str, symbol: str, received_at: datetime) -> StreamMessage:
        quoted_at = frame.moment("ts")
        known: Fields = {}
        if frame.text("type") == "delta":
            known = self._tickers.get(symbol, {})
            if not known:
                self._orphans[symbol] = self._orphans.get(symbol, 0) + 1
                reason = f"{topic}: a delta came before its snapshot"
                return StreamMessage(topic, (), (reason,), quoted_at, received_at)
        merged = {**known, **frame.part("data").fields}
        self._tickers[symbol] = merged
        self._orphans.pop(symbol, None)
        rows, refused = _built([Row(merged, topic)], lambda row: _quote(row, symbol, quoted_at))
        return StreamMessage(topic, rows, refused, quoted_at, received_at)


def _message(frame: Row, topic: str, build: Build, received_at: datetime) -> StreamMessage:
    pushed_at = frame.moment("creationTime")
    ours = [row for row in frame.rows("data", topic) if _is_ours(row)]
    rows, refused = _built(ours, build)
    return StreamMessage(topic, rows, refused, pushed_at, received_at)


def _built(rows: list[Row], build: Build) -> tuple[tuple[PushedRow, ...], tuple[str, ...]]:
    values: list[PushedRow] = []
    refused: list[str] = []
    for row in rows:
        try:
            values.append(row.build(build))
        except BadDataError as error:
            refused.append(str(error))
    return tuple(values), tuple(refused)


def _is_ours(row: Row) -> bool:
    """Whether a row is of a USDT perpetual: the topics carry every product of the account."""
    symbol = row.text("symbol")
    return row.text("category") in _OURS and (not symbol or symbol.endswith(_SETTLED_IN))


def _position(row: Row, pushed_at: datetime) -> Position | FlatPosition:
    """An open or a flat position; the push spells the entry price another way than REST does.

    One that was never held was never updated, which the exchange writes as 0.
    """
    if rows_positions.is_open(row):
        return rows_positions.position(row.renamed("entryPrice", "avgPrice"))
    return FlatPosition(
        symbol=row.required_text("symbol"),
        position_index=rows_orders.position_index(row),
        updated_at=row.moment("updatedTime")
        if row.integer("updatedTime", default=0)
        else pushed_at,
        sequence=row.integer("seq", default=-1),
    )


def _quote(row: Row, symbol: str, quoted_at: datetime) -> Quote:
    return Quote(
        symbol=symbol,
        last=row.number("lastPrice"),
        mark=row.number("markPrice"),
        bid=row.number("bid1Price"),
        ask=row.number("ask1Price"),
        quoted_at=quoted_at,
    )
