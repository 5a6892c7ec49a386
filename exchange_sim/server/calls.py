"""A call: everything an endpoint may use to make its answer, over REST or the trade socket."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from exchange_sim.engine.account_reads import AccountReads
from exchange_sim.engine.exchange import Exchange
from exchange_sim.faults.streams_status import Notice
from exchange_sim.market.feed import Market
from exchange_sim.server.keys import ApiKey
from exchange_sim.server.messages import Answer
from exchange_sim.server.parameters import Parameters

Announced = Callable[[int], list[Notice]]
"""The maintenance that is announced or going on at a market moment in ms."""


def nothing_announced(_now_ms: int) -> list[Notice]:
    """A venue without maintenance."""
    return []


@dataclass(frozen=True, slots=True)
class Call:
    """One request that passed authentication and limits.

    `key` is None on public endpoints. `take_units(n)` asks the limiter for n more units of this
    endpoint and says how many it grants: batches cost one unit per order. `past` is an older state
    of the account that reads are answered from, `announced` what the venue says of maintenance.
    """

    exchange: Exchange
    market: Market
    parameters: Parameters
    key: ApiKey | None = None
    take_units: Callable[[int], int] = int  # nobody counts public calls: all units are granted
    past: AccountReads | None = None
    announced: Announced = nothing_announced

    @property
    def now_ms(self) -> int:
        """The market clock."""
        return self.exchange.now_ms

    @property
    def reads(self) -> AccountReads:
        """Where lists and balances are read."""
        return self.past or self.exchange

    @property
    def signer(self) -> ApiKey:
        """The key that signed a private call."""
        assert self.key is not None, "a public endpoint asked for the account"
        return self.key

    @property
    def account(self) -> str:
        """The account of a private call."""
        return self.signer.account


Endpoint = Callable[[Call], Answer]


def lists_linear(endpoint: Endpoint) -> Endpoint:
    """An endpoint whose list is empty for Bybit's other categories.

    A unified account has no inverse position here; clients that ask (ccxt.pro does) expect an
    empty list, not a refusal.
    """

    @wraps(endpoint)
    def answer(call: Call) -> Answer:
        category = call.parameters.foreign_category
        if category:
            return Answer({"category": category, "list": [], "nextPageCursor": ""})
        call.parameters.require_linear()
        return endpoint(call)

    return answer
