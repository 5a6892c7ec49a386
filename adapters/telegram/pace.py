"""How often one chat may ask: a stuck button must not keep the desk busy."""

from collections import deque
from datetime import datetime, timedelta


class Pace:
    """At most `most` requests of a chat within `window`."""

    def __init__(self, most: int = 20, window: timedelta = timedelta(minutes=1)) -> None:
        self._most, self._window = most, window
        self._seen: dict[int, deque[datetime]] = {}

    def allows(self, chat_id: int, now: datetime) -> bool:
        """Whether the chat may ask now; if so, it is counted."""
        seen = self._seen.setdefault(chat_id, deque())
        while seen and now - seen[0] >= self._window:
            seen.popleft()
        if len(seen) >= self._most:
            return False
        seen.append(now)
        return True
