"""Answers that are not true: refusals without a cause, and confirmations that say otherwise."""

from collections.abc import Callable, Mapping

from exchange_sim.faults.injection import Activation
from exchange_sim.faults.streams_frames import Content, Frame
from exchange_sim.faults.streams_wire import TRADE_PATH, Wire

_RETURN_TEXTS = {  # spec 1.6
    10016: "Internal server error.",
    10019: "ws trade service is restarting, do not accept new request",
    10429: "System level frequency protection",
    20006: "reqId is duplicated",
}


def refusal(activation: Activation, request: Frame, wire: Wire) -> Frame | None:
    """The answer that comes instead of handling the request; None if it is handled."""
    refuse = _REFUSALS.get(activation.name)
    content = refuse(activation, request, wire) if refuse else {}
    return Frame.of(content) if content else None


def falsified(activation: Activation, answer: Frame) -> Frame | None:
    """The answer that is sent in place of the true one; None if none is sent."""
    match activation.name:
        case "ws.no_text_pong" | "trade.ack_lost" | "trade.close_after_accept":
            return None
        case "ws.already_subscribed":
            topic = activation.event.topic.partition(",")[0]
            return answer.but(success=False, ret_msg=f"error:already subscribed,topic:{topic}")
        case "trade.ret":
            code = activation.whole("code")
            return answer.but(retCode=code, retMsg=_RETURN_TEXTS[code], data={})
        case _:
            return answer


def _rejected_login(activation: Activation, request: Frame, wire: Wire) -> Content:
    """A failed login in the form of the docs or in the one clients have met (spec 1.3)."""
    if wire.path == TRADE_PATH:
        return _trade_answer(request, wire, 10003, "Invalid apikey")
    head: Content = {"success": False, "op": "auth"}
    if activation.text("form") == "retCode":
        return {**head, "retCode": 10003, "retMsg": "Invalid apikey", "connId": wire.session_id}
    named = {"ret_msg": "Params Error", "conn_id": wire.session_id}
    return {**head, **named, **_echo(request, "req_id")}


def _failed_subscription(activation: Activation, request: Frame, wire: Wire) -> Content:
    return {
        "success": False,
        "ret_msg": f"error:handler not found,topic:{activation.event.topic.partition(',')[0]}",
        "conn_id": wire.session_id,
        "req_id": request.content.get("req_id", ""),
        "op": "subscribe",
    }


def _returned(activation: Activation, request: Frame, wire: Wire) -> Content:
    if activation.flag("executed"):
        return {}
    code = activation.whole("code")
    details: Content = {"data": {}, "retExtInfo": {}, "header": {}}
    return {**_trade_answer(request, wire, code, _RETURN_TEXTS[code]), **details}


def _trade_answer(request: Frame, wire: Wire, code: int, text: str) -> Content:
    outcome = {"retCode": code, "retMsg": text, "op": request.operation}
    return {**_echo(request, "reqId"), **outcome, "connId": wire.session_id}


def _echo(request: Frame, name: str) -> Content:
    return {name: request.content[name]} if name in request.content else {}


_REFUSALS: Mapping[str, Callable[[Activation, Frame, Wire], Content]] = {
    "auth.ws_reject": _rejected_login,
    "ws.sub_fail": _failed_subscription,
    "trade.ret": _returned,
}
