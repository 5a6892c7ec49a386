"""The changes made to a market, by symbol and kind, ready to be asked."""

from collections.abc import Sequence
from dataclasses import replace

from exchange_sim.market.changes import ChangeKind, MarketChange
from exchange_sim.market.price_changes import PriceChanges
from exchange_sim.market.rule_changes import changed_rules
from exchange_sim.market.values import Instrument


class Overlay:
    """What is laid over the undisturbed market; empty until somebody changes something.

    `rules` and `prices` hold an entry for each symbol whose rules or prices are changed, `rhythms`
    the symbols whose settlements are, `symbols` all that were ever changed.
    """

    def __init__(self) -> None:
        self._changes: dict[str, MarketChange] = {}
        self._bases: dict[str, Instrument] = {}
        self.rules: dict[str, Instrument] = {}
        self.prices: dict[str, PriceChanges] = {}
        self.rhythms: set[str] = set()
        self.symbols: set[str] = set()

    def __bool__(self) -> bool:
        """Whether anything was ever changed."""
        return bool(self._changes)

    @property
    def open_changes(self) -> list[MarketChange]:
        """The changes without an end, oldest first."""
        return [change for change in self._changes.values() if change.until_ms is None]

    def put(self, change: MarketChange, base: Instrument) -> None:
        """Add a change to a symbol whose undisturbed rules are `base`.

        Raises: MarketDataError if the changed rules would contradict each other; nothing is
        changed then.
        """
        if change.kind is ChangeKind.RULES:
            rules = [*self._of(change.symbol, ChangeKind.RULES), change]
            changed_rules(base, rules)  # refuses before anything is changed
        self._bases[change.symbol] = base
        self._changes[change.change_id] = change
        self.symbols.add(change.symbol)
        self._refresh(change.symbol)

    def end(self, change_id: str, at_ms: int) -> bool:
        """End an open change at `at_ms`, or take it back if it had not begun by then."""
        change = self._changes.get(change_id)
        if change is None or (change.until_ms is not None and change.until_ms <= at_ms):
            return False
        if change.kind is ChangeKind.RULES or change.from_ms >= at_ms:
            del self._changes[change_id]
        else:
            self._changes[change_id] = replace(change, until_ms=at_ms)
        self._refresh(change.symbol)
        return True

    def books(self, symbol: str, now_ms: int) -> list[MarketChange]:
        """The BOOK changes of `symbol` in effect at `now_ms`."""
        if symbol not in self.symbols:
            return []
        books = self._of(symbol, ChangeKind.BOOK)
        return [change for change in books if change.covers(now_ms)]

    def funding(self, symbol: str) -> Sequence[MarketChange]:
        """The FUNDING changes of `symbol`, past ones too: history does not forget them."""
        return self._of(symbol, ChangeKind.FUNDING) if symbol in self.rhythms else ()

    def _of(self, symbol: str, *kinds: ChangeKind) -> list[MarketChange]:
        return [
            change
            for change in self._changes.values()
            if change.symbol == symbol and change.kind in kinds
        ]

    def _refresh(self, symbol: str) -> None:
        base = self._bases[symbol]
        rules = self._of(symbol, ChangeKind.RULES)
        self.rules.pop(symbol, None)
        if rules:
            self.rules[symbol] = changed_rules(base, rules)
        prices = self._of(symbol, ChangeKind.PRICE, ChangeKind.FREEZE)
        self.prices.pop(symbol, None)
        if prices:
            self.prices[symbol] = PriceChanges(base, prices)
        if self._of(symbol, ChangeKind.FUNDING):
            self.rhythms.add(symbol)
