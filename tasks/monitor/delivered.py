"""What the stream has told lately, to hold against what the exchange lists when asked."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from trading.executions import Execution
from trading.pushes import PushedRow, Quote

MOST = 20_000
"""How many executions are remembered; older ones are no longer asked about."""


class Delivered:
    """Executions and quotes that were pushed. One thread adds, another asks."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._executions: OrderedDict[str, None] = OrderedDict()
        self._quotes: dict[str, Quote] = {}

    def add(self, rows: Iterable[PushedRow]) -> None:
        """Remember what was pushed."""
        with self._lock:
            for row in rows:
                if isinstance(row, Execution):
                    self._executions[row.execution_id] = None
                elif isinstance(row, Quote):
                    self._quotes[row.symbol] = row
            while len(self._executions) > self._most:
                self._executions.popitem(last=False)

    def missing(self, execution_ids: Iterable[str]) -> frozenset[str]:
        """Those executions that were never pushed."""
        with self._lock:
            return frozenset(one for one in execution_ids if one not in self._executions)

    def quote(self, symbol: str) -> Quote | None:
        """The newest quote of a symbol; the same object for as long as none came after it."""
        with self._lock:
            return self._quotes.get(symbol)
