"""How long a server asks to wait."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST = timedelta(days=1)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The pause of `retry-after-ms` or `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3).

    A date is compared with the server's own clock where the answer tells it, else with `now`.
    A date of the past is no pause. None if there is no such header or it makes no sense.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return _bounded(milliseconds / 1000)
    asked = headers.get("retry-after", "")
    seconds = _number(asked)
    if seconds is not None:
        return _bounded(seconds)
    until = _date(asked)
    if until is None:
        return None
    server_time = _date(headers.get("date", "")) or now
    return _bounded((until - server_time).total_seconds())


def _bounded(seconds: float) -> timedelta:
    return min(timedelta(seconds=min(max(seconds, 0.0), 1e6)), _LONGEST)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
