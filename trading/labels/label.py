"""One label as it is stored: what a decision would have earned under one policy."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

import numpy as np

from trading.candle_columns import moment_of
from trading.candles import Interval
from trading.labels.policies import Policy
from trading.labels.states import Kind, Status
from trading.positions import Direction

_DIRECTIONS: Final = {1: Direction.LONG, -1: Direction.SHORT, 0: None}


@dataclass(frozen=True, slots=True)
class Label:
    """Prices in USDT and times in UTC, None where nothing was entered; twelve digits.

    R is the distance from the fill to the first stop. `r_net` = `r_gross` - `slip_r` - `fee_r` -
    `funding_r`, funding above 0 was paid, `r_gross` is between the prices before slippage. It is
    the point value and the worse bound (`r_worst`); `r_best` differs where stop and target lie in
    one candle and nothing tells which came first (`is_ambiguous`). `mae_r` and `mfe_r`, 0 or
    more, are the furthest against and for the trade. Under the policy `horizon` the four values of
    r are average true ranges, up above 0, and all else is empty.

    `filled_at` and `left_at` are the opens of the candles in which it happened, `bars_held` counts
    candles of `resolution`. A label that is not FINAL has no `final_at` but `missing_at`, the
    first moment for which something lacks. `data_hash` covers every candle and settlement it read.
    """

    policy: Policy
    version: str
    resolution: Interval
    status: Status
    kind: Kind
    direction: Direction | None
    filled_at: datetime | None
    fill: Decimal | None
    stop: Decimal | None
    target: Decimal | None
    left_at: datetime | None
    exit: Decimal | None
    r_gross: Decimal
    slip_r: Decimal
    fee_r: Decimal
    funding_r: Decimal
    r_net: Decimal
    r_worst: Decimal
    r_best: Decimal
    mae_r: Decimal
    mfe_r: Decimal
    is_ambiguous: bool
    bars_held: int
    final_at: datetime | None
    missing_at: datetime | None
    data_hash: str

    def is_usable(self, *, as_of: datetime) -> bool:
        """Whether a decision at `as_of` may know it: settled before, never at the same moment."""
        return self.status is Status.FINAL and self.final_at is not None and self.final_at < as_of


@dataclass(frozen=True, slots=True)
class Made:
    """By which version of the labeller, and on candles of which length."""

    version: str
    resolution: Interval


def label_of(row: np.void, *, policy: Policy, made: Made, data_hash: str) -> Label:
    """A `LABEL` record as a value; numbers are rounded to twelve digits."""
    return Label(
        policy=policy,
        version=made.version,
        resolution=made.resolution,
        status=Status(int(row["status"])),
        kind=Kind(int(row["kind"])),
        direction=_DIRECTIONS[int(row["side"])],
        filled_at=_moment(row["fill_ms"]),
        fill=_price(row["fill"]),
        stop=_price(row["stop"]),
        target=_price(row["target"]),
        left_at=_moment(row["exit_ms"]),
        exit=_price(row["exit"]),
        r_gross=_number(row["r_gross"]),
        slip_r=_number(row["slip_r"]),
        fee_r=_number(row["fee_r"]),
        funding_r=_number(row["funding_r"]),
        r_net=_number(row["r_net"]),
        r_worst=_number(row["r_worst"]),
        r_best=_number(row["r_best"]),
        mae_r=_number(row["mae_r"]),
        mfe_r=_number(row["mfe_r"]),
        is_ambiguous=bool(row["is_ambiguous"]),
        bars_held=int(row["bars_held"]),
        final_at=_moment(row["final_ms"]),
        missing_at=_moment(row["missing_ms"]),
        data_hash=data_hash,
    )


def _number(value: float) -> Decimal:
    # The sum with 0.0 turns -0.0, which nobody expects to read, into 0.
    return Decimal(f"{value + 0.0:.12g}")


def _price(value: float) -> Decimal | None:
    return None if np.isnan(value) else _number(value)


def _moment(milliseconds: int) -> datetime | None:
    return None if milliseconds < 0 else moment_of(int(milliseconds))
