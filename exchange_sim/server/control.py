"""The control API: steers the market clock and shows the exchange's own truth to auditors.

It has its own path and its own token (header `X-Control-Token`); trading clients never use it.
"""

import hmac
from collections.abc import Awaitable, Callable
from decimal import Decimal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exchange_sim.engine.errors import JournalError, VenueError
from exchange_sim.engine.exchange import Exchange
from exchange_sim.engine.wire_fields import number, whole
from exchange_sim.market.feed import Market
from exchange_sim.server.clocks import Clocks
from exchange_sim.server.control_requests import (
    Action,
    ActionTable,
    ControlError,
    json_object,
    reply,
)
from exchange_sim.server.numbers import Row, amount
from exchange_sim.server.pace import parse_pace
from exchange_sim.server.records import account_records, records


class Control:
    """The actions of the control API; each returns the JSON object that is answered."""

    def __init__(
        self,
        exchange: Exchange,
        market: Market,
        *,
        clocks: Clocks,
        token: str,
        further: ActionTable | None = None,
    ) -> None:
        self._exchange = exchange
        self._market = market
        self._clocks = clocks
        self._token = token
        self._further = further or []

    def routes(self) -> list[Route]:
        """The routes under `/control`."""
        table: ActionTable = [
            ("/control/status", "GET", self.status),
            ("/control/advance", "POST", self.advance),
            ("/control/speed", "POST", self.speed),
            ("/control/records", "GET", self.records),
            ("/control/fingerprint", "GET", self.fingerprint),
            ("/control/deposit", "POST", self.deposit),
            *self._further,
        ]
        return [
            Route(path, self._guarded(action), methods=[method]) for path, method, action in table
        ]

    async def status(self, _request: Request) -> Row:
        """Where the market stands and what it has."""
        return {
            "now_ms": self._exchange.now_ms,
            "speed": self._clocks.pace.name,
            "symbols": list(self._market.symbols),
            "start_ms": self._market.start_ms,
            "end_ms": self._market.end_ms,
            "accounts": self._exchange.accounts,
        }

    async def advance(self, request: Request) -> Row:
        """Let the market happen up to `to_ms`, or by `by_ms`; answers when it is there."""
        wish = await json_object(request)
        to_ms = self._destination(wish)
        now_ms, end_ms = self._exchange.now_ms, self._market.end_ms
        if to_ms < now_ms:
            raise ControlError(
                400, f"to_ms is {to_ms}; the market is at {now_ms} and never goes back"
            )
        if end_ms is not None and to_ms > end_ms:
            raise ControlError(400, f"to_ms is {to_ms}; the market's data ends at {end_ms}")
        if self._clocks.follows_wall:
            raise ControlError(409, "the market follows the wall clock; set speed step first")
        await self._clocks.advance(to_ms)
        return {"now_ms": self._exchange.now_ms}

    async def speed(self, request: Request) -> Row:
        """Run at another pace: real, step or a number."""
        wish = await json_object(request)
        try:
            pace = parse_pace(str(wish.get("speed")))
        except ValueError as error:
            raise ControlError(400, str(error)) from error
        self._clocks.set_pace(pace)
        return {"speed": pace.name, "now_ms": self._exchange.now_ms}

    async def records(self, request: Request) -> Row:
        """Everything that ever happened on every account, or on the one named `account`."""
        account = request.query_params.get("account")
        if account is None:
            return records(self._exchange)
        self._check_account(account)
        return account_records(self._exchange, account)

    async def fingerprint(self, _request: Request) -> Row:
        """A SHA-256 of the whole state: equal runs of equal venues end with equal ones."""
        return {"now_ms": self._exchange.now_ms, "fingerprint": self._exchange.state_hash()}

    async def deposit(self, request: Request) -> Row:
        """Pay USDT into an account (the only one if none is named)."""
        wish = await json_object(request)
        account = str(wish.get("account") or self._exchange.accounts[0])
        self._check_account(account)
        paid: Decimal = number("amount", wish.get("amount"))
        wallet = self._exchange.deposit(account, paid)
        return {"account": account, "balance": amount(wallet.balance)}

    def _guarded(self, action: Action) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                self._check_token(request)
                return reply(200, await action(request))
            except ControlError as error:
                return reply(error.status, {"error": str(error)})
            except VenueError as refusal:
                return reply(400, {"error": str(refusal)})
            except JournalError as error:
                return reply(507, {"error": str(error)})

        return endpoint

    def _check_token(self, request: Request) -> None:
        given = request.headers.get("x-control-token", "")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            raise ControlError(401, "header X-Control-Token is missing or wrong")

    def _check_account(self, account: str) -> None:
        if account not in self._exchange.accounts:
            raise ControlError(404, f"account {account!r} is not open: {self._exchange.accounts}")

    def _destination(self, wish: Row) -> int:
        if wish.get("to_ms") is not None:
            return whole("to_ms", wish["to_ms"])
        if wish.get("by_ms") is not None:
            return self._exchange.now_ms + whole("by_ms", wish["by_ms"])
        raise ControlError(400, "say where to: to_ms (milliseconds UTC) or by_ms")
