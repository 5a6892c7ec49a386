"""What the stand-in knows: updates that wait for the bot, calls it got, answers it was told."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

JsonObject = dict[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot: the method, its parameters as text, and the sizes of its files."""

    method: str
    parameters: dict[str, str]
    files: dict[str, int]
    status: int


@dataclass(slots=True)
class Trouble:
    """An answer that the next calls of `method` get (`*`: of any but getUpdates)."""

    method: str
    status: int
    description: str
    retry_after: int | None = None
    times: int = 1

    def hits(self, method: str) -> bool:
        """Whether a call of `method` is answered like this."""
        return self.method == method or (self.method == "*" and method != "getUpdates")

    def body(self) -> JsonObject:
        """The error as the Bot API writes it (core.telegram.org/bots/api#making-requests)."""
        answer: JsonObject = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


@dataclass(slots=True)
class State:
    """Everything of one stand-in; for one event loop."""

    token: str
    calls: list[Call] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    updates: deque[JsonObject] = field(default_factory=deque)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    next_update_id: int = 1
    next_message_id: int = 1

    def trouble_for(self, method: str) -> Trouble | None:
        """The scripted answer to this call, used up by it."""
        found = next((one for one in self.troubles if one.hits(method)), None)
        if found is not None:
            found.times -= 1
            if found.times == 0:
                self.troubles.remove(found)
        return found

    def message_id(self) -> int:
        """The number of a new message."""
        self.next_message_id += 1
        return self.next_message_id - 1

    def forget_before(self, offset: int) -> None:
        """The bot has seen every update below `offset`."""
        while self.updates and self._id_of(self.updates[0]) < offset:
            self.updates.popleft()

    async def deliver(self, update: JsonObject) -> int:
        """Queue an update for the bot; its number."""
        async with self.changed:
            number, self.next_update_id = self.next_update_id, self.next_update_id + 1
            self.updates.append({"update_id": number, **update})
            self.changed.notify_all()
        return number

    async def keep(self, call: Call) -> None:
        """Remember a call and wake whoever waits for it."""
        async with self.changed:
            self.calls.append(call)
            self.changed.notify_all()

    @staticmethod
    def _id_of(update: JsonObject) -> int:
        number = update["update_id"]
        assert isinstance(number, int)
        return number
