"""The parameters of a request and how they are read; what cannot be read is refused with 10001."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from exchange_sim.engine.errors import invalid
from exchange_sim.engine.wire_fields import whole
from exchange_sim.market.feed import Market

_FOREIGN_CATEGORIES = frozenset({"spot", "inverse", "option"})


class Parameters:
    """Named values of a query or a JSON body; empty text and null count as not given."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = values

    @classmethod
    def of_query(cls, query: bytes) -> "Parameters":
        """The parameters of a raw query string."""
        return cls(dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)))

    @classmethod
    def of_body(cls, body: bytes) -> "Parameters":
        """The parameters of a JSON body; numbers with a fraction keep the digits they had.

        Raises: VenueError 10001 if the body is not one JSON object.
        """
        if not body:
            return cls({})
        try:
            values = json.loads(body, parse_float=str)
        except ValueError as error:
            raise invalid(f"Request parameter error: the body is not JSON ({error})") from error
        if not isinstance(values, dict):
            raise invalid("Request parameter error: the body is not a JSON object")
        return cls(values)

    def text(self, name: str) -> str:
        """The value of `name`, empty if it was not given."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def required(self, name: str) -> str:
        """The value of `name`. Raises: VenueError 10001 if it was not given."""
        value = self.text(name)
        if not value:
            raise invalid(f"params error: {name} invalid: it is required")
        return value

    def choice(self, name: str, allowed: frozenset[str], *, default: str = "") -> str:
        """The value of `name` if it is one of `allowed`; `default` if it was not given."""
        value = self.text(name) or default
        if value and value not in allowed:
            words = ", ".join(sorted(allowed))
            raise invalid(f"params error: {name} invalid: {value!r} is not one of {words}")
        return value

    def integer(self, name: str) -> int | None:
        """The whole number given for `name`, if any."""
        value = self.text(name)
        return whole(name, value) if value else None

    def limit(self, *, default: int, maximum: int) -> int:
        """How many rows are wanted; more than `maximum` is cut, as Bybit does for candles."""
        limit = self.integer("limit")
        if limit is None:
            return default
        if limit < 1:
            raise invalid(f"params error: limit invalid: {limit} is not between 1 and {maximum}")
        return min(limit, maximum)

    @property
    def foreign_category(self) -> str:
        """The category named if Bybit has it and this venue does not trade it, else empty."""
        category = self.text("category")
        return category if category in _FOREIGN_CATEGORIES else ""

    def require_linear(self, *, default: str = "") -> None:
        """Refuse every category but `linear`, the only one the simulator trades."""
        category = self.text("category") or default
        if category != "linear":
            raise invalid(f"Illegal category: {category!r}; this venue trades linear")

    def symbol(self, market: Market) -> str:
        """The symbol named, checked; empty if none was named."""
        symbol = self.text("symbol")
        if symbol and symbol not in market.symbols:
            raise invalid(f"params error: symbol invalid: {symbol}")
        return symbol

    def required_symbol(self, market: Market) -> str:
        """The symbol named, checked. Raises: VenueError 10001 if none was named."""
        self.required("symbol")
        return self.symbol(market)
