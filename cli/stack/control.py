"""Steers a simulated exchange and asks for its own records."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from trading.errors import AutotraderError

_TIMEOUT_SECONDS = 120.0  # a long advance is answered when the market is there
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ControlError(AutotraderError):
    """The simulator's control API did not do what it was asked; the message is its own."""


@dataclass(frozen=True, slots=True)
class MarketStatus:
    """Where the simulated market stands, and what it has. `ends_at` is None without an end."""

    now: datetime
    symbols: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None


class Control:
    """The control API of one simulator."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=url,
            headers={"X-Control-Token": token},
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,  # a proxy has no business between two processes of one machine
        )

    def status(self) -> MarketStatus:
        """What the market has, and its time."""
        answer = self._ask("GET", "status")
        ends = answer["end_ms"]
        return MarketStatus(
            now=moment_of(answer["now_ms"]),
            symbols=tuple(answer["symbols"]),
            starts_at=moment_of(answer["start_ms"]),
            ends_at=None if ends is None else moment_of(ends),
        )

    def advance_to(self, moment: datetime) -> None:
        """Let the market happen up to `moment`; returns when it is there.

        Raises:
            ControlError: the moment is in the market's past, or after its end.
        """
        self._ask("POST", "advance", {"to_ms": (moment - _EPOCH) // timedelta(milliseconds=1)})

    def advance_by(self, length: timedelta) -> datetime:
        """Let so much time happen from wherever a market is that runs on; its time after that.

        Raises:
            ControlError: the market's data ends before.
        """
        by_ms = length // timedelta(milliseconds=1)
        return moment_of(self._ask("POST", "advance", {"by_ms": by_ms})["now_ms"])

    def records(self) -> dict[str, Any]:
        """The exchange's own truth: everything that ever happened on every account."""
        return self._ask("GET", "records")

    def deposit(self, amount_usdt: Decimal) -> None:
        """Pay USDT into the account."""
        self._ask("POST", "deposit", {"amount": format(amount_usdt, "f")})

    def set_speed(self, speed: str) -> None:
        """Run the market at another pace from here on: `real`, `step` or a factor."""
        self._ask("POST", "speed", {"speed": speed})

    def catalogue(self) -> dict[str, str]:
        """Every fault the simulator can make, and what each does."""
        answer = self._ask("GET", "faults")
        return {kind["name"]: kind["summary"] for kind in answer["catalogue"]}

    def switch_on(self, wish: dict[str, object]) -> int:
        """Switch on a fault; its id. `wish` has name, parameters, match, count, window, seed.

        Raises:
            ControlError: the fault is not known, a value is not allowed, or the venue refuses.
        """
        return int(self._ask("POST", "faults", wish)["id"])

    def switch_off(self) -> int:
        """Switch off every fault; how many there were."""
        return int(self._ask("DELETE", "faults")["switched_off"])

    def fault_log(self, *, after: int = 0) -> list[dict[str, Any]]:
        """Every strike after the entry numbered `after`, oldest first."""
        entries: list[dict[str, Any]] = self._ask("GET", f"fault-log?after={after}")["entries"]
        return entries

    def refused_requests(self) -> int:
        """How many requests were beyond a limit of the exchange, injected refusals aside."""
        return int(self._ask("GET", "traffic")["refused"])

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def _ask(
        self, method: str, action: str, wish: dict[str, object] | None = None
    ) -> dict[str, Any]:
        try:
            response = self._client.request(method, action, json=wish)
        except httpx.HTTPError as error:
            message = f"the simulator did not answer {action}: {type(error).__name__} {error}"
            raise ControlError(message) from error
        answer: dict[str, Any] = response.json()
        if response.is_error:
            raise ControlError(f"the simulator refused {action}: {answer.get('error')}")
        return answer


def moment_of(milliseconds: int) -> datetime:
    """The moment of a wire time, in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
