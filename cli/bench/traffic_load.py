"""Requests through the gate at a simulated exchange, as fast as the gate lets them."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context

from sqlalchemy import Engine

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.endpoints import Read, Write
from adapters.bybit.retries import ReadPolicy
from adapters.bybit.transport import BybitTransport
from cli.bench.minute_bars import SYMBOL
from db.engine import open_engine
from tasks.traffic import SharedGate, gate_options
from trading.errors import ExchangeError, InvariantError
from trading.traffic import Call, Outcome

ACCEPTED = 0
NOT_SENT = -1
"""In the place of an answer's code: the gate refused, or there was no answer."""

_ONCE = ReadPolicy(attempts=1)
_OF_SYMBOL = {"category": "linear", "symbol": SYMBOL}
_OF_ACCOUNT = {"category": "linear", "settleCoin": "USDT"}
_ORDER = {**_OF_SYMBOL, "side": "Buy", "orderType": "Market", "qty": "0.001"}
_NO_ORDER = {**_OF_SYMBOL, "orderLinkId": "bench-none"}  # refused, and counted like a success
_LEVERAGE = {**_OF_SYMBOL, "buyLeverage": "10", "sellLeverage": "10"}

_MIX: tuple[tuple[int, Read | Write, dict[str, str]], ...] = (
    (25, Read.SERVER_TIME, {}),
    (20, Read.TICKERS, _OF_SYMBOL),
    (15, Read.POSITIONS, _OF_ACCOUNT),
    (15, Read.OPEN_ORDERS, _OF_ACCOUNT),
    (15, Read.WALLET_BALANCE, {"accountType": "UNIFIED"}),
    (3, Read.FEE_RATES, _OF_SYMBOL),
    (3, Write.PLACE_ORDER, _ORDER),
    (3, Write.CANCEL_ORDER, _NO_ORDER),
    (1, Write.SET_LEVERAGE, _LEVERAGE),
)
"""How often (percent) which request is made."""

_STRIDE = 37  # has no divisor in common with 100, so every place comes once


@dataclass(frozen=True, slots=True)
class Work:
    """What one process does: so many requests of the mix, beginning at place `first`."""

    access: ExchangeAccess
    database_url: str
    calls: int
    first: int


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: answers by code; of each request its cost and its wait in the gate."""

    seconds: float
    codes: Counter[int]
    cost_s: list[float]
    waited_s: list[float]


class TimedGate:
    """A gate that notes what each request cost it, apart from the time the request slept."""

    def __init__(self, engine: Engine) -> None:
        self.cost_s: list[float] = []
        self.waited_s: list[float] = []
        self._gate = SharedGate(engine, pause=self._sleep)
        self._slept_s = 0.0

    def admit(self, call: Call, /) -> Callable[[Outcome], None]:
        """The gate's own answer."""
        self._slept_s, began = 0.0, time.perf_counter()
        try:
            return self._gate.admit(call)
        finally:
            self.waited_s.append(self._slept_s)
            self.cost_s.append(time.perf_counter() - began - self._slept_s)

    def _sleep(self, seconds: float) -> None:
        began = time.perf_counter()
        time.sleep(seconds)
        self._slept_s += time.perf_counter() - began


def ask_from_processes(works: list[Work]) -> list[Done]:
    """Do each work in a process of its own, all at once."""
    # Spawned: a forked child would share the locks of this process's threads.
    with ProcessPoolExecutor(len(works), mp_context=get_context("spawn")) as pool:
        return list(pool.map(ask, works))


def ask(work: Work) -> Done:
    """Make the requests one after another, none of them twice."""
    with open_engine(work.database_url, gate_options("bench")) as engine:
        gate = TimedGate(engine)
        with closing(BybitTransport(work.access, _ONCE, gate)) as transport:
            began = time.perf_counter()
            codes = Counter(
                _ask(transport, *_request(work.first + number)) for number in range(work.calls)
            )
            return Done(time.perf_counter() - began, codes, gate.cost_s, gate.waited_s)


def _request(number: int) -> tuple[Read | Write, dict[str, str]]:
    """The requests of the mix in an order that spreads equal ones."""
    place = number * _STRIDE % 100
    for percent, endpoint, given in _MIX:
        if place < percent:
            return endpoint, given
        place -= percent
    message = "the mix of requests must add up to 100 %"
    raise InvariantError(message)


def _ask(transport: BybitTransport, endpoint: Read | Write, given: dict[str, str]) -> int:
    try:
        if isinstance(endpoint, Read):
            transport.read(endpoint, **given)
        else:
            transport.write(endpoint, **given)
    except ExchangeError as error:
        return NOT_SENT if error.code is None else error.code
    return ACCEPTED
