"""Windows that move forward: parameters are chosen on one stretch and judged on the next."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from trading.checks import require, require_utc
from trading.errors import MisconfiguredError

_LENGTH = re.compile(r"(\d+)\s*(d|w)")
_DAYS = {"d": 1, "w": 7}


@dataclass(frozen=True, slots=True)
class Window:
    """Parameters are chosen from `train_from` and traded from `test_from` to before `until`.

    Nothing after `test_from` takes part in the choice.
    """

    train_from: datetime
    test_from: datetime
    until: datetime

    def __post_init__(self) -> None:
        for name in ("train_from", "test_from", "until"):
            require_utc(f"window {name}", getattr(self, name))
        require(
            self.train_from < self.test_from < self.until,
            f"a window must train before it tests: {self.train_from.isoformat()}, "
            f"{self.test_from.isoformat()}, {self.until.isoformat()}",
        )


@dataclass(frozen=True, slots=True)
class Stride:
    """Length of the training, of the test, and of the step to the next window."""

    train: timedelta
    test: timedelta
    step: timedelta

    def __post_init__(self) -> None:
        if min(self.train, self.test, self.step) <= timedelta(0):
            message = "a walk-forward needs lengths above 0 for training, test and step"
            raise MisconfiguredError(message)
        if self.step < self.test:
            message = (
                f"the step of {self.step.days} days is shorter than the test of {self.test.days}; "
                f"tests would overlap and count days twice: make the step at least as long"
            )
            raise MisconfiguredError(message)

    def windows(self, since: datetime, until: datetime) -> tuple[Window, ...]:
        """Every whole window between `since` and `until`, oldest first.

        Raises:
            MisconfiguredError: not even one fits.
        """
        found = tuple(self._windows(since, until))
        if not found:
            needed = self.train + self.test
            message = (
                f"{(until - since).days} days hold no window of {needed.days} days; take shorter "
                f"lengths or more candles"
            )
            raise MisconfiguredError(message)
        return found

    def _windows(self, since: datetime, until: datetime) -> Iterator[Window]:
        train_from = since
        while train_from + self.train + self.test <= until:
            test_from = train_from + self.train
            yield Window(train_from, test_from, test_from + self.test)
            train_from += self.step


def parse_stride(text: str) -> Stride:
    """The stride of `180d,30d,30d` (training, test, step; days or weeks). No step: the test's.

    Raises:
        MisconfiguredError: it does not say two or three lengths.
    """
    lengths = [_LENGTH.fullmatch(part.strip()) for part in text.split(",")]
    known = [timedelta(days=int(found[1]) * _DAYS[found[2]]) for found in lengths if found]
    if len(known) != len(lengths) or len(known) not in {2, 3}:
        message = (
            f"{text!r} is no walk-forward; write TRAIN,TEST,STEP in days or weeks, such as "
            f"180d,30d,30d"
        )
        raise MisconfiguredError(message)
    train, test, *step = known
    return Stride(train, test, step[0] if step else test)
