"""The owner's choices that a model accepts; others are refused, not left out in silence."""

from adapters.openai.access import ModelAccess
from trading.capabilities import Capability
from trading.errors import MisconfiguredError
from trading.replies import ModelRequest


def require_possible(
    access: ModelAccess, capability: Capability, request: ModelRequest | None = None
) -> None:
    """Refuse what the model cannot do: a parameter it does not know, a picture it cannot see.

    Raises:
        MisconfiguredError: names the choice and what to do; nothing was sent.
    """
    for name, given, accepted in (
        ("effort", access.effort, capability.effort),
        ("temperature", access.temperature, capability.temperature),
        ("seed", access.seed, capability.seed),
    ):
        if given is not None and not accepted:
            message = f"{access.model} does not accept {name} (it is {given}); leave it empty"
            raise MisconfiguredError(message)
    if request is None or not request.images:
        return
    if not capability.vision:
        message = f"{access.model} cannot see pictures; use a model with vision, or no picture"
        raise MisconfiguredError(message)
    if request.schema is not None and capability.needs_two_steps:
        message = (
            f"{access.model} cannot see a picture and obey a schema at once; ask it in two steps"
        )
        raise MisconfiguredError(message)
