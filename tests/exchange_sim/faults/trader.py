"""A trader on an exchange of its own, in the short words fault tests are written in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from tests.exchange_sim.faults.conftest import Client, Venue, running

BTC = {"category": "linear", "symbol": "BTCUSDT"}


@dataclass
class Trader:
    """A client that trades BTCUSDT on an exchange of its own."""

    venue: Venue
    client: Client

    def get(self, path: str, **parameters: object) -> dict:
        reply = self.client.get(f"/v5/{path}", **(BTC | parameters)).json()
        assert reply["retCode"] == 0, reply
        return reply["result"]

    def rows(self, path: str, **parameters: object) -> list[dict]:
        return self.get(path, **parameters)["list"]

    def post(self, path: str, **parameters: object) -> dict:
        return self.client.post(f"/v5/{path}", **(BTC | parameters)).json()

    def order(self, side: str = "Buy", **parameters: object) -> dict:
        """The answer to a market order of 0.01 BTC unless told otherwise."""
        values = {"side": side, "orderType": "Market", "qty": "0.01"}
        return self.post("order/create", **(values | parameters))

    def hold(self, side: str = "Buy", *, stop: str = "0.9", target: str = "") -> dict:
        """Open a position with a stop (and target) at these multiples of the price; its row."""
        legs = {"stopLoss": self.near(stop)} if stop else {}
        legs |= {"takeProfit": self.near(target)} if target else {}
        assert self.order(side, **legs)["retCode"] == 0
        return self.position

    def near(self, multiple: str) -> str:
        """A price on the grid, this many times the last one."""
        return str((self.last * Decimal(multiple)).quantize(Decimal(1)))

    @property
    def ticker(self) -> dict:
        return self.rows("market/tickers")[0]

    @property
    def last(self) -> Decimal:
        return Decimal(self.ticker["lastPrice"])

    @property
    def position(self) -> dict:
        return self.rows("position/list")[0]

    @property
    def instrument(self) -> dict:
        return self.rows("market/instruments-info")[0]

    @property
    def balance(self) -> Decimal:
        wallet = self.client.get("/v5/account/wallet-balance", accountType="UNIFIED").json()
        return Decimal(wallet["result"]["list"][0]["totalWalletBalance"])

    def newest_order(self) -> dict:
        rows = self.rows("order/history") + self.rows("order/realtime")
        return max(rows, key=lambda row: (int(row["createdTime"]), row["stopOrderType"] == ""))

    def newest_execution(self) -> dict:
        return self.rows("execution/list")[0]

    def stops(self) -> list[dict]:
        """The stop-losses that wait."""
        rows = self.rows("order/realtime")
        return [row for row in rows if row["stopOrderType"] == "StopLoss"]

    def funding(self) -> list[dict]:
        """The funding payments, newest first."""
        return self.rows("execution/list", execType="Funding")


@contextmanager
def trading(**settings: object) -> Iterator[Trader]:
    """A trader on an exchange with these settings."""
    with running(rate_limits=False, **settings) as venue:
        yield Trader(venue, venue.client())
