"""What the client gets in place of a processed request: a retCode, a status, a page, a reset."""

import re
from collections.abc import Callable, Mapping

from exchange_sim.faults.auth_kinds import AUTH_FAULTS
from exchange_sim.faults.injection import Activation, FaultEvent, Injection
from exchange_sim.faults.platform_kinds import begins_after_ms
from exchange_sim.faults.switchboard import Switchboard
from exchange_sim.server.codes import PERMISSION_DENIED, WireCode
from exchange_sim.server.faulty.http_pages import redirect, status_page, web_page
from exchange_sim.server.faulty.throttle import Throttle
from exchange_sim.server.gateway import BANNED, Gateway
from exchange_sim.server.messages import HttpReply, HttpRequest
from exchange_sim.server.routes import ROUTES, STATUS_PATH

CUTS = frozenset({"http.refuse", "http.reset_before", "plat.disconnect_unannounced"})
_FOR_SIGNERS = frozenset(kind.name for kind in AUTH_FAULTS) - {"clock.skew"}
Refusal = Callable[[Activation, HttpRequest, Gateway], HttpReply]


class Refusals:
    """Decides whether a request is answered without being processed, and how."""

    def __init__(self, switchboard: Switchboard, gateway: Gateway) -> None:
        self._switchboard = switchboard
        self._gateway = gateway
        self._throttle = Throttle(gateway.clocks.transport_ms)

    def cuts(self, event: FaultEvent) -> bool:
        """Whether the connection is to be reset in place of an answer."""
        return self._switchboard.claim(CUTS, event) is not None

    def answer(self, request: HttpRequest, event: FaultEvent) -> HttpReply | None:
        """The answer in place of the true one; None if the request may be processed."""
        activation = self._switchboard.claim(
            _ANSWERING, event, only_if=lambda injection: self._concerns(injection, event)
        )
        if activation is None:
            return None
        if activation.name == "http.rate_limit":
            return self._throttle.refuse(activation, self._gateway)
        return _REFUSALS[activation.name](activation, request, self._gateway)

    def _concerns(self, injection: Injection, event: FaultEvent) -> bool:
        """What an injection asks beyond its match."""
        if injection.name in _FOR_SIGNERS:
            route = ROUTES.get(event.path)
            return route is not None and route.limit is not None
        if injection.name == "plat.maintenance":
            # What tells of a maintenance is there while it lasts.
            has_begun = event.now_ms >= injection.since_ms + begins_after_ms(injection)
            return has_begun and event.path != STATUS_PATH
        if injection.name == "http.rate_limit":
            return names_path(injection, event) and self._throttle.exceeds(injection, event)
        return True


def names_path(injection: Injection, event: FaultEvent) -> bool:
    """Whether the `path` parameter of an injection is found in the path of the event."""
    return re.search(str(injection.parameters["path"]), event.path) is not None


def _status(activation: Activation, _request: HttpRequest, _gateway: Gateway) -> HttpReply:
    return status_page(activation.whole("code"), activation.text("body"))


def _ret_code(activation: Activation, _request: HttpRequest, gateway: Gateway) -> HttpReply:
    return gateway.refusal(activation.whole("code"), activation.text("msg"))


def _ban(_activation: Activation, _request: HttpRequest, _gateway: Gateway) -> HttpReply:
    return BANNED


def _redirect(activation: Activation, request: HttpRequest, _gateway: Gateway) -> HttpReply:
    return redirect(activation.whole("code"), activation.text("location"), request)


def _maintenance(activation: Activation, _request: HttpRequest, gateway: Gateway) -> HttpReply:
    match activation.text("mode"):
        case "10016":
            return gateway.refusal(10016, "Service is under maintenance.")
        case "503":
            return status_page(503, "empty")
        case _:
            return web_page(503)


def _signer(code: int, message: str) -> Refusal:
    def refuse(_activation: Activation, _request: HttpRequest, gateway: Gateway) -> HttpReply:
        return gateway.refusal(code, message)

    return refuse


_UNBOUND = "Unmatched IP, please check your API key's bound IP addresses."
_REFUSALS: Mapping[str, Refusal] = {
    "http.status_before": _status,
    "http.ret_before": _ret_code,
    "http.ip_ban": _ban,
    "http.redirect": _redirect,
    "plat.maintenance": _maintenance,
    "auth.key_revoked": _signer(WireCode.KEY_INVALID, "API key is invalid."),
    "auth.key_expired": _signer(33004, "Your api key has expired."),
    "auth.permission_lost": _signer(WireCode.PERMISSION, PERMISSION_DENIED),
    "auth.ip_unbound": _signer(10010, _UNBOUND),
    "auth.bad_sign_once": _signer(WireCode.SIGNATURE, "error sign! origin_string[]"),
}
_ANSWERING = frozenset({*_REFUSALS, "http.rate_limit"})
