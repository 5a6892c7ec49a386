"""A model that can be asked: one client with its place limit, retries and two steps."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from adapters.openai.calling import ask
from adapters.openai.client import ModelClient
from adapters.openai.limited import CallLimit
from adapters.openai.retrying import Ask, Patience, Waiting, ask_patiently
from adapters.openai.two_steps import ask_in_two_steps
from trading.capabilities import Capability
from trading.replies import ModelReply, ModelRequest


def directly(ask: Ask) -> Ask:
    """Nothing around a request."""
    return ask


@dataclass(frozen=True, slots=True)
class Model:
    """A model on its server, with all that stands between a question and its answer."""

    client: ModelClient
    capability: Capability
    limit: CallLimit
    patience: Patience = field(default_factory=Patience)
    waiting: Waiting = field(default_factory=Waiting)

    def ask(
        self,
        request: ModelRequest,
        *,
        around: Callable[[Ask], Ask] = directly,
    ) -> ModelReply:
        """The reply within `request.deadline`, in two steps where the server needs them.

        Every single request is sent through what `around` makes of `ask_once`, so that a ledger
        can refuse it before it leaves; the first of two steps too (its purpose is OBSERVE).

        Raises:
            ModelUnavailableError: tries or time ran out.
            ModelRefusedError: the message says what has to change first.
            MisconfiguredError: the model cannot do what is asked; nothing was sent.
        """

        def patiently(question: ModelRequest) -> ModelReply:
            return ask_patiently(
                around(self.ask_once),
                question,
                waiting=self.waiting,
                patience=self.patience,
            )

        if self.capability.needs_two_steps and request.images and request.schema is not None:
            return ask_in_two_steps(patiently, request, self.waiting.elapsed)
        return patiently(request)

    def ask_once(self, request: ModelRequest) -> ModelReply:
        """The reply to one request in a place of its own; waiting for it counts as time."""
        with self.limit.place(request.deadline) as left:
            return ask(self.client, replace(request, deadline=left), self.capability)
