"""What a stream fault asks of an event beyond its match: its own `topic`, its own `p`."""

import random
import re

from exchange_sim.faults.injection import Activation, FaultEvent, Injection
from exchange_sim.faults.switchboard import Switchboard


class Aim:
    """Decides by the parameters of an injection; `p` has a luck of its own, from the same seed."""

    def __init__(self) -> None:
        self._luck: dict[int, random.Random] = {}

    def claim(self, switchboard: Switchboard, name: str, event: FaultEvent) -> Activation | None:
        """The fault called `name` that strikes at `event`, if there is one that wants it."""
        return switchboard.claim(
            name, event, only_if=lambda injection: self.wants(injection, event)
        )

    def wants(self, injection: Injection, event: FaultEvent) -> bool:
        """Whether the topic is the wanted one and the dice say yes."""
        topic = injection.parameters.get("topic", "")
        if topic and re.search(str(topic), event.topic) is None:
            return False
        p = injection.parameters.get("p")
        return p is None or self._dice(injection).random() < float(str(p))

    def _dice(self, injection: Injection) -> random.Random:
        luck = self._luck.get(injection.id)
        if luck is None:
            luck = random.Random(injection.seed)  # noqa: S311 - must be repeatable, not secret
            self._luck[injection.id] = luck
        return luck


def names_a_frame(injection: Injection) -> bool:
    """Whether its match can only be meant for a frame, not for a socket as such."""
    match = injection.match
    return any((match.topic, match.symbol, match.side, match.link_id))
