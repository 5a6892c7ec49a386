"""The way in: route, check, limit and answer one request, over REST or the trade socket."""

from dataclasses import dataclass
from itertools import count

from exchange_sim.engine.account_reads import AccountReads
from exchange_sim.engine.errors import VenueError
from exchange_sim.engine.exchange import Exchange
from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.feed import Market
from exchange_sim.server.authentication import authenticate
from exchange_sim.server.calls import Announced, Call, nothing_announced
from exchange_sim.server.clocks import Clocks
from exchange_sim.server.codes import PERMISSION_DENIED, TOO_MANY_VISITS, WireCode
from exchange_sim.server.keys import ApiKey, Keyring, Permission
from exchange_sim.server.limits import Allowance, Limiter
from exchange_sim.server.messages import Answer, HttpReply, HttpRequest, envelope
from exchange_sim.server.parameters import Parameters
from exchange_sim.server.routes import ROUTES, Route

_NOT_FOUND = HttpReply(404, b"404 page not found", ((b"content-type", b"text/plain"),))
BANNED = HttpReply(403, b"access too frequent", ((b"content-type", b"text/plain"),))
_JSON = (b"content-type", b"application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Visit:
    """What the limiter said about one request; `allowance` is None on public endpoints."""

    answer: Answer
    allowance: Allowance | None = None


class Gateway:
    """Answers requests; it holds no state of its own but the trace counter."""

    def __init__(
        self,
        exchange: Exchange,
        market: Market,
        *,
        keyring: Keyring,
        limiter: Limiter,
        clocks: Clocks,
        announced: Announced = nothing_announced,
    ) -> None:
        self.exchange = exchange
        self.market = market
        self.keyring = keyring
        self.limiter = limiter
        self.clocks = clocks
        self._announced = announced
        self._traces = count(1)

    def answer(self, request: HttpRequest, past: AccountReads | None = None) -> HttpReply:
        """The reply to one REST request: HTTP 200 for every business answer and refusal.

        With a `past` the account's lists are read from that older state.
        """
        route = ROUTES.get(request.path)
        if route is None:
            return _NOT_FOUND
        if not self.limiter.admits_address(request.peer, self.clocks.transport_ms()):
            return BANNED
        try:
            visit = self._visit(route, request, past)
        except VenueError as refusal:
            visit = Visit(refused(refusal))
        return self._reply(visit)

    def call(
        self,
        route: Route,
        key: ApiKey,
        parameters: Parameters,
        past: AccountReads | None = None,
    ) -> Visit:
        """Take one unit of the private `route` and run it; a refusal is an answer, too."""
        if route.method == "POST" and key.permission is Permission.READ:
            return Visit(Answer(code=WireCode.PERMISSION, message=PERMISSION_DENIED))
        allowance = self._take(route, key, 1)
        if not allowance.granted:
            refusal = Answer(code=WireCode.TOO_MANY_VISITS, message=TOO_MANY_VISITS)
            return Visit(refusal, allowance)

        def take_units(units: int) -> int:
            nonlocal allowance
            allowance = self._take(route, key, units)
            return allowance.granted

        call = Call(self.exchange, self.market, parameters, key, take_units, past)
        answer = self._run(route, call)
        return Visit(answer, allowance)

    def refusal(self, code: int, message: str, allowance: Allowance | None = None) -> HttpReply:
        """The reply to a request that is not processed."""
        return self._reply(Visit(Answer(code=code, message=message), allowance))

    def trace(self) -> list[tuple[str, str]]:
        """The headers that name a reply: its trace id and the transport clock."""
        return [
            ("Traceid", f"{next(self._traces):032x}"),
            ("Timenow", str(self.clocks.transport_ms())),
        ]

    def _visit(self, route: Route, request: HttpRequest, past: AccountReads | None) -> Visit:
        if route.limit is None:
            self._check_method(route, request)
            parameters = Parameters.of_query(request.query)
            call = Call(self.exchange, self.market, parameters, announced=self._announced)
            return Visit(self._run(route, call))
        account = self.keyring.account_of(request.headers.get(b"x-bapi-api-key", b""))
        key = authenticate(request, self.keyring, self.clocks.accepted_ms(account))
        self._check_method(route, request)
        return self.call(route, key, _parameters(request), past)

    def _check_method(self, route: Route, request: HttpRequest) -> None:
        if request.method != route.method:
            message = f"Route not found: {request.method} {request.path}"
            raise VenueError(WireCode.ROUTE_NOT_FOUND, message)

    def _run(self, route: Route, call: Call) -> Answer:
        try:
            self.clocks.catch_up()
            return route.endpoint(call)
        except VenueError as refusal:
            return refused(refusal)
        except MarketDataError as error:
            return Answer(code=WireCode.PARAMETER, message=f"params error: {error}")

    def _take(self, route: Route, key: ApiKey, units: int) -> Allowance:
        assert route.limit is not None, f"{route.path} is public and has no limit"
        return self.limiter.take(
            key.account,
            route.path,
            limit=route.limit,
            units=units,
            now_ms=self.clocks.transport_ms(),
        )

    def _reply(self, visit: Visit) -> HttpReply:
        body = envelope(visit.answer, self.exchange.now_ms)
        pairs = visit.allowance.headers() if visit.allowance else []
        pairs += [("Ret_code", str(int(visit.answer.code))), *self.trace()]
        headers = tuple((name.encode(), value.encode()) for name, value in pairs)
        return HttpReply(200, body, (_JSON, *headers))


def refused(refusal: VenueError) -> Answer:
    """The answer that tells a refusal."""
    return Answer(code=refusal.code, message=refusal.message)


def _parameters(request: HttpRequest) -> Parameters:
    if request.method == "POST":
        return Parameters.of_body(request.body)
    return Parameters.of_query(request.query)
