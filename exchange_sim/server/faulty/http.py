"""The way of a REST request through the faults, in the order a real one meets trouble.

It waits, is cut or refused, is processed (late, twice, or against an older state), its answer is
falsified, and at last lost.
"""

import asyncio

from exchange_sim.faults.injection import Activation, FaultEvent
from exchange_sim.faults.past import Memory
from exchange_sim.faults.streams import StreamFaults
from exchange_sim.faults.switchboard import Switchboard
from exchange_sim.server.faulty.clock_skew import Skews, skewed
from exchange_sim.server.faulty.http_after import LOSSES, Outcome, lose
from exchange_sim.server.faulty.http_before import Refusals, names_path
from exchange_sim.server.faulty.http_events import event_of, parameters_of
from exchange_sim.server.faulty.http_waits import WAITS, wait_s
from exchange_sim.server.faulty.rest_answers import Falsifier
from exchange_sim.server.gateway import Gateway
from exchange_sim.server.messages import HttpReply, HttpRequest
from exchange_sim.server.wire import Wire


class HttpFaults:
    """Everything that can happen to REST requests."""

    def __init__(self, switchboard: Switchboard, gateway: Gateway, streams: StreamFaults) -> None:
        self._switchboard = switchboard
        self._gateway = gateway
        self._streams = streams
        self._refusals = Refusals(switchboard, gateway)
        self._falsifier = Falsifier(switchboard)
        self._memory = Memory(switchboard, gateway.exchange)
        self._skews = Skews(switchboard, gateway.clocks)
        self._late: set[asyncio.Task[None]] = set()

    @property
    def are_on(self) -> bool:
        """Whether any fault is on; if not, requests need not come this way."""
        return self._switchboard.is_on

    async def serve(self, request: HttpRequest, wire: Wire) -> None:
        """Serve one request as the faults that are on want it."""
        event = event_of(
            request, self._gateway.exchange.now_ms, self._gateway.keyring, wire.account
        )
        wire.account = event.account
        for activation in self._switchboard.claim_all(WAITS, event):
            await asyncio.sleep(wait_s(activation))
        if self._refusals.cuts(event):
            await wire.reset()
            return
        refusal = self._refusals.answer(request, event)
        if refusal is not None:
            await wire.reply(refusal)
            return
        late = self._switchboard.claim("http.delayed_execution", event)
        if late is not None:
            self._execute_later(request, late)
            await wire.reset()
            return
        await self._answer(self._processed(request, event), event, wire)

    def stop(self) -> None:
        """Forget the requests whose time has not come."""
        for task in self._late:
            task.cancel()

    def _processed(self, request: HttpRequest, event: FaultEvent) -> HttpReply:
        """The answer, after every processing, with its rows as the faults want them."""
        if event.op == "POST" and self._switchboard.claim("http.duplicate_delivery", event):
            self._gateway.answer(request)
        stale = event.op == "GET" and self._switchboard.claim(
            "rest.stale", event, only_if=lambda injection: names_path(injection, event)
        )
        past = self._memory.recall(stale, event) if stale else None
        reply = self._gateway.answer(request, past)
        offset_ms = self._skews.offset_ms(event.account)
        if offset_ms:
            reply = skewed(reply, event.path, offset_ms)
        now_ms = self._gateway.exchange.now_ms
        return self._falsifier.falsified(reply, parameters_of(request), event, now_ms)

    async def _answer(self, reply: HttpReply, event: FaultEvent, wire: Wire) -> None:
        await self._streams.before_reply(event)
        loss = self._switchboard.claim(LOSSES, event)
        if loss is None:
            await wire.reply(reply)
        else:
            await lose(loss, Outcome(reply, wire, self._gateway))

    def _execute_later(self, request: HttpRequest, activation: Activation) -> None:
        task = asyncio.create_task(self._execute(request, activation))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _execute(self, request: HttpRequest, activation: Activation) -> None:
        """Process a request nobody waits for; one that has expired is refused as any other."""
        await asyncio.sleep(activation.whole("ms") / 1_000)
        reply = self._gateway.answer(request)
        self._switchboard.explain(
            activation, f"answered {reply.body[:80].decode(errors='replace')}"
        )
