"""Falsifies the lists in REST answers by every fault that concerns them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from exchange_sim.faults.injection import FaultEvent
from exchange_sim.faults.switchboard import Switchboard
from exchange_sim.server.faulty.candle_answers import CANDLE_FALSEHOODS
from exchange_sim.server.faulty.field_answers import FIELD_FALSEHOODS
from exchange_sim.server.faulty.list_answers import LIST_FALSEHOODS
from exchange_sim.server.faulty.pages import Falsehood, Page
from exchange_sim.server.messages import HttpReply, compact
from exchange_sim.server.parameters import Parameters

FALSEHOODS: Mapping[str, Falsehood] = {
    **LIST_FALSEHOODS,
    **FIELD_FALSEHOODS,
    **CANDLE_FALSEHOODS,
}


@dataclass(frozen=True, slots=True)
class Falsifier:
    """Applies every fault that concerns an answer, in the order they were switched on."""

    switchboard: Switchboard

    def falsified(
        self, reply: HttpReply, parameters: Parameters, event: FaultEvent, now_ms: int
    ) -> HttpReply:
        """The answer the client gets; a refusal, or an answer without a list, stays as it is."""
        if event.op != "GET" or not self.switchboard.may_strike(FALSEHOODS, event.account):
            return reply
        content = json.loads(reply.body) if reply.body.startswith(b"{") else {}
        result = content.get("result")
        if not isinstance(result, dict) or not isinstance(result.get("list"), list):
            return reply
        page = Page(event.path, parameters, result, now_ms)
        activations = self.switchboard.claim_all(
            FALSEHOODS,
            event,
            only_if=lambda injection: FALSEHOODS[injection.name].concerns(injection, page),
        )
        for activation in activations:
            page = FALSEHOODS[activation.name].tell(activation, page)
        if not activations:
            return reply
        return replace(reply, body=compact({**content, "result": page.result}).encode())
