"""How the crowd is positioned in a perpetual: open interest and who is long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from trading.market import AccountRatio, OpenInterest

_HOUR = timedelta(hours=1)
_OLDEST = timedelta(hours=2)
"""Both are recorded each hour, and may be an hour late in a wild market (Bybit's docs)."""
_SIX_DIGITS = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Positioning:
    """Changes of the open interest as fractions; `long_short_ratio` counts accounts.

    The newest recorded hour against the ones 1, 4 and 24 hours before it. The ratio is accounts
    that are long over accounts that are short. None where the exchange lists no such number.
    """

    open_interest_change_1h: Decimal | None
    open_interest_change_4h: Decimal | None
    open_interest_change_24h: Decimal | None
    long_short_ratio: Decimal | None


def positioning_of(
    interest: Sequence[OpenInterest], ratio: AccountRatio | None, *, now: datetime
) -> Positioning | None:
    """The positioning at `now`; None if nothing of it is known. Yesterday's is not known."""
    recorded = {one.recorded_at: one.quantity for one in interest}
    newest = max(recorded, default=None)
    if newest is None or now - newest > _OLDEST:
        recorded, newest = {}, now
    known = Positioning(
        open_interest_change_1h=_change(recorded, newest, _HOUR),
        open_interest_change_4h=_change(recorded, newest, 4 * _HOUR),
        open_interest_change_24h=_change(recorded, newest, 24 * _HOUR),
        long_short_ratio=_long_short(ratio, now),
    )
    return None if known == Positioning(None, None, None, None) else known


def _change(
    recorded: Mapping[datetime, Decimal], newest: datetime, over: timedelta
) -> Decimal | None:
    before = recorded.get(newest - over)
    # Nothing can be said of how much nothing has grown.
    return (recorded[newest] / before - 1).quantize(_SIX_DIGITS) if before else None


def _long_short(ratio: AccountRatio | None, now: datetime) -> Decimal | None:
    if ratio is None or now - ratio.recorded_at > _OLDEST or not ratio.short_fraction:
        return None
    return (ratio.long_fraction / ratio.short_fraction).quantize(_SIX_DIGITS)
