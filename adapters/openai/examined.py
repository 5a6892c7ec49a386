"""A model under examination: every question to it leaves through one place."""

from dataclasses import dataclass

from adapters.openai.calling import ask
from adapters.openai.client import ModelClient
from adapters.openai.model import directly
from trading.capabilities import Capability
from trading.model_port import Around
from trading.replies import ModelReply, ModelRequest


@dataclass(frozen=True, slots=True)
class Examined:
    """A model and what stands around each question to it, such as a ledger that may refuse it."""

    client: ModelClient
    around: Around = directly

    @property
    def model(self) -> str:
        """The name it is asked by."""
        return self.client.access.model

    def ask(self, request: ModelRequest, capability: Capability) -> ModelReply:
        """What it answers, asked once. Raises as `calling.ask` does, and what stands around."""

        def send(one: ModelRequest) -> ModelReply:
            return ask(self.client, one, capability)

        return self.around(send)(request)
