"""The trade socket `/v5/trade`: orders over WebSocket, by the endpoints of REST (spec 1.6)."""

from collections.abc import Mapping

from exchange_sim.engine.errors import VenueError
from exchange_sim.server.authentication import check_timestamp
from exchange_sim.server.codes import PERMISSION_DENIED, WireCode
from exchange_sim.server.gateway import Gateway, Visit, refused
from exchange_sim.server.messages import Answer
from exchange_sim.server.numbers import Row
from exchange_sim.server.parameters import Parameters
from exchange_sim.server.routes import ROUTES
from exchange_sim.server.streams.login import Login
from exchange_sim.server.streams.session import Message, Session, arguments, echo

_ROUTES = {
    f"order.{verb}": ROUTES[f"/v5/order/{verb}"]
    for verb in ("create", "amend", "cancel", "create-batch", "amend-batch", "cancel-batch")
}
_UNKNOWN_OPERATION = "op is not found or category is not correct/supported"
MAX_REQUEST_ID = 36


class TradeChannel:
    """Serves every trade socket."""

    def __init__(self, gateway: Gateway, login: Login) -> None:
        self._gateway = gateway
        self._login = login
        self._used_ids: dict[str, set[str]] = {}

    def answer(self, session: Session, message: Message) -> None:
        """Handle a login, a ping or an order operation."""
        match message.get("op"):
            case "auth":
                self._reply(session, message, self._authenticate(session, message))
            case "ping":
                now = str(self._gateway.clocks.transport_ms())
                pong = {"retCode": 0, "retMsg": "OK", "op": "pong", "data": [now]}
                session.acknowledge(
                    echo(message, name="reqId") | pong | {"connId": session.connection_id}
                )
            case _:
                self._operate(session, message)

    def undecodable(self, session: Session, text: str) -> None:
        """Refuse a frame that is not a JSON object."""
        answer = Answer(code=WireCode.PARAMETER, message=f"not a JSON object: {text[:100]}")
        self._reply(session, {}, answer)

    def leave(self, session: Session) -> None:
        """Forget `session`."""
        self._used_ids.pop(session.connection_id, None)

    def _authenticate(self, session: Session, message: Message) -> Answer:
        if session.key is not None:
            return Answer(code=WireCode.AUTH_REPEATED, message="Repeat auth")
        try:
            self._login.attempt(session, message)
        except VenueError as refusal:
            return refused(refusal)
        return Answer()

    def _operate(self, session: Session, message: Message) -> None:
        try:
            visit = self._visit(session, message)
        except VenueError as refusal:
            visit = Visit(refused(refusal))
        headers = visit.allowance.headers() if visit.allowance else []
        details: Row = {
            "data": visit.answer.result,
            "retExtInfo": visit.answer.extension,
            "header": dict(headers + self._gateway.trace()),
        }
        self._reply(session, message, visit.answer, details)

    def _visit(self, session: Session, message: Message) -> Visit:
        route = _ROUTES.get(str(message.get("op")))
        if route is None:
            raise VenueError(WireCode.OPERATION_UNKNOWN, _UNKNOWN_OPERATION)
        if session.key is None:
            raise VenueError(WireCode.PERMISSION, PERMISSION_DENIED)
        self._check_request_id(session, message)
        self._check_header(message, session.key.account)
        return self._gateway.call(route, session.key, Parameters(_body(message)))

    def _check_request_id(self, session: Session, message: Message) -> None:
        identity = str(message.get("reqId") or "")
        used = self._used_ids.setdefault(session.connection_id, set())
        if len(identity) > MAX_REQUEST_ID:
            problem = f"params error: reqId has {len(identity)} characters, at most 36 are allowed"
            raise VenueError(WireCode.PARAMETER, problem)
        if identity in used:
            raise VenueError(WireCode.REQUEST_ID_REPEATED, "reqId is duplicated")
        if identity:
            used.add(identity)

    def _check_header(self, message: Message, account: str) -> None:
        header = message.get("header")
        fields: Mapping[str, object] = header if isinstance(header, dict) else {}
        timestamp = str(fields.get("X-BAPI-TIMESTAMP") or "")
        window = str(fields.get("X-BAPI-RECV-WINDOW") or "")
        check_timestamp(timestamp, window, self._gateway.clocks.accepted_ms(account))

    def _reply(
        self, session: Session, message: Message, answer: Answer, details: Row | None = None
    ) -> None:
        session.acknowledge(
            echo(message, name="reqId")
            | {"retCode": int(answer.code), "retMsg": answer.message, "op": message.get("op", "")}
            | (details or {})
            | {"connId": session.connection_id}
        )


def _body(message: Message) -> Mapping[str, object]:
    args = arguments(message)
    if len(args) != 1 or not isinstance(args[0], dict):
        raise VenueError(WireCode.PARAMETER, "params error: args must hold exactly one object")
    return args[0]
