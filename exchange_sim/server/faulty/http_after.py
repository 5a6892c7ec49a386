"""How the answer to a processed request is lost or falsified on its way to the client."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from exchange_sim.faults.injection import Activation
from exchange_sim.server.faulty.http_pages import status_page, web_page
from exchange_sim.server.gateway import Gateway
from exchange_sim.server.messages import HttpReply, compact
from exchange_sim.server.wire import Wire, head


@dataclass(frozen=True, slots=True)
class Outcome:
    """A processed request: its true answer, and the wire it should have gone out by."""

    reply: HttpReply
    wire: Wire
    gateway: Gateway


async def lose(activation: Activation, outcome: Outcome) -> None:
    """Let the client have what the fault leaves of the answer."""
    await _LOSSES[activation.name](activation, outcome)


async def _hang(activation: Activation, outcome: Outcome) -> None:
    await outcome.wire.hang(float(activation.number("s")))


async def _reset(_activation: Activation, outcome: Outcome) -> None:
    await outcome.wire.reset()


async def _close(_activation: Activation, outcome: Outcome) -> None:
    await outcome.wire.close()


async def _status(activation: Activation, outcome: Outcome) -> None:
    await outcome.wire.reply(status_page(activation.whole("code"), activation.text("body")))


async def _ret_code(activation: Activation, outcome: Outcome) -> None:
    code, message = activation.whole("code"), activation.text("msg")
    await outcome.wire.reply(outcome.gateway.refusal(code, message))


async def _truncate(activation: Activation, outcome: Outcome) -> None:
    """Announce the whole body, send its beginning, and close."""
    reply, size = outcome.reply, activation.whole("bytes")
    whole = len(reply.body)
    beginning = reply.body[: min(size, whole - 1)]
    if activation.text("mode") == "length":
        await outcome.wire.close(head(reply, whole), beginning)
        return
    chunk = f"{len(beginning):x}\r\n".encode() + beginning + b"\r\n" if beginning else b""
    await outcome.wire.close(head(reply, None), chunk)  # the last chunk never comes


async def _empty(_activation: Activation, outcome: Outcome) -> None:
    await outcome.wire.reply(HttpReply(200, b"", outcome.reply.headers))


async def _html(_activation: Activation, outcome: Outcome) -> None:
    await outcome.wire.reply(web_page(200))


async def _null(_activation: Activation, outcome: Outcome) -> None:
    nothing = {"retCode": None, "retMsg": None, "result": None, "retExtInfo": None, "time": None}
    body = compact(nothing).encode()
    await outcome.wire.reply(HttpReply(200, body, outcome.reply.headers))


async def _drip(activation: Activation, outcome: Outcome) -> None:
    await outcome.wire.drip(outcome.reply, activation.whole("ms") / 1_000)


_LOSSES: Mapping[str, Callable[[Activation, Outcome], Awaitable[None]]] = {
    "http.hang_after": _hang,
    "http.reset_after": _reset,
    "http.close_after": _close,
    "http.status_after": _status,
    "http.ret_after": _ret_code,
    "http.truncated_after": _truncate,
    "http.empty200_after": _empty,
    "http.html200_after": _html,
    "http.null_ret_after": _null,
    "http.slow_headers": _drip,
}
LOSSES = frozenset(_LOSSES)
