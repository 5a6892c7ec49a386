"""What the owner is told, and how loudly: kinds, severities, quiet hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from trading.checks import require, require_utc

_DAY = timedelta(days=1)


class NoticeKind(StrEnum):
    """What happened."""

    ENTRY = "entry"
    EXIT = "exit"
    APPROVAL = "approval"
    PROTECTION = "protection"
    HALT = "halt"
    DISCREPANCY = "discrepancy"
    TROUBLE = "trouble"
    BUDGET = "budget"
    REPORT = "report"


class Severity(StrEnum):
    """How much it matters. CRITICAL is always sent aloud."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Loudness(StrEnum):
    """What the owner wants of one kind."""

    ON = "on"
    SILENT = "silent"
    OFF = "off"


class Delivery(StrEnum):
    """What becomes of one notice."""

    SEND = "send"
    SILENT = "silent"
    LATER = "later"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. Equal `dedupe_key`s within a window are told once.

    `text` is plain; whoever sends it escapes it. A notice may carry a stored picture by its hash,
    or ask about the proposal it names.
    """

    kind: NoticeKind
    severity: Severity
    dedupe_key: str
    text: str
    created_at: datetime
    approval_id: UUID | None = None
    picture_sha256: str | None = None

    def __post_init__(self) -> None:
        require(self.dedupe_key != "", f"a notice of {self.kind} needs a dedupe key; it is empty")
        require(self.text.strip() != "", f"a notice of {self.kind} needs a text; it is empty")
        require_utc("notice created_at", self.created_at)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A part of the owner's day, from `start` to before `end` in `zone`; it may span midnight."""

    start: time
    end: time
    zone: tzinfo

    def __post_init__(self) -> None:
        require(self.start != self.end, f"quiet from {self.start} to {self.end} is no time at all")

    def holds(self, moment: datetime) -> bool:
        """Whether it is quiet at `moment`."""
        local = moment.astimezone(self.zone).time()
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def end_after(self, moment: datetime) -> datetime:
        """The first end of the quiet hours after `moment`, in the zone of `moment`."""
        local = moment.astimezone(self.zone)
        ends = local.replace(
            hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0, fold=0
        )
        # Wall time, not elapsed time: the day on which clocks change has 23 or 25 hours.
        wall = ends if ends.replace(tzinfo=None) > local.replace(tzinfo=None) else ends + _DAY
        return wall.astimezone(moment.tzinfo)


@dataclass(frozen=True, slots=True)
class NoticePreferences:
    """How the owner wants to be told. A kind that is not named is on.

    Equal dedupe keys within one `window` (of a grid that begins at 1970) are one notice.
    """

    loudness: Mapping[NoticeKind, Loudness] = field(default_factory=lambda: MappingProxyType({}))
    quiet: QuietHours | None = None
    window: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        require(self.window > timedelta(0), f"the window of equal notices is {self.window}")

    def window_of(self, moment: datetime) -> datetime:
        """The beginning of the window that `moment` falls into."""
        epoch = datetime(1970, 1, 1, tzinfo=moment.tzinfo)
        return moment - (moment - epoch) % self.window


def delivery_of(notice: Notice, preferences: NoticePreferences, now: datetime) -> Delivery:
    """What becomes of `notice` at `now`.

    Critical ones are always sent aloud. In quiet hours warnings and questions come without a
    sound, because they may be over by the morning, and everything else comes afterwards.
    """
    if notice.severity is Severity.CRITICAL:
        return Delivery.SEND
    wanted = preferences.loudness.get(notice.kind, Loudness.ON)
    if wanted is Loudness.OFF:
        return Delivery.DROP
    if preferences.quiet is not None and preferences.quiet.holds(now):
        waits = notice.severity is Severity.INFO and notice.approval_id is None
        return Delivery.LATER if waits else Delivery.SILENT
    return Delivery.SILENT if wanted is Loudness.SILENT else Delivery.SEND
