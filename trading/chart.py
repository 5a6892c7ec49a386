"""What a chart picture shows, and what comes out. Drawing it is an adapter's work."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from trading.arms import USUAL, Arm, Mask
from trading.bars import Series
from trading.candles import Candle, Interval
from trading.checks import require, require_positive, require_utc

VISIBLE_CANDLES = 120


class LevelKind(StrEnum):
    """What a horizontal price line stands for; it decides the line's colour and dashes."""

    REFERENCE = "reference"
    ENTRY = "entry"
    STOP_LOSS = "stop_loss"
    TAKE_PROFIT = "take_profit"


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line at a price in USDT, with a name of at most 14 ASCII characters."""

    name: str
    price: Decimal
    kind: LevelKind = LevelKind.REFERENCE

    def __post_init__(self) -> None:
        require_positive(f"level {self.name!r}", self.price)
        require(
            0 < len(self.name) <= 14 and self.name.isascii(),
            f"level name {self.name!r} is not 1 to 14 ASCII characters",
        )


@dataclass(frozen=True, slots=True, eq=False)
class ChartInput:
    """Everything a chart shows, and nothing else: equal inputs give equal bytes.

    Candles are closed, oldest first; the last 120 are drawn. `ema_fast`, `ema_slow` (EMA 20 and
    50, in USDT) and `rsi` (0..100) have the shape (n_candles,) and are NaN until they are warm.
    `seed` is the snapshot's hash, from which the chart code is made. `mask` says that the contents
    were made anonymous; a time axis with dates is then not drawn.
    """

    symbol: str
    interval: Interval
    candles: tuple[Candle, ...]
    ema_fast: Series
    ema_slow: Series
    rsi: Series
    last_price: Decimal
    tick_size: Decimal
    as_of: datetime
    seed: str
    levels: tuple[Level, ...] = ()
    mask: Mask = Mask.NONE

    def __post_init__(self) -> None:
        count = len(self.candles)
        require(count > 0, f"a chart of {self.symbol} was asked for without candles")
        for name in ("ema_fast", "ema_slow", "rsi"):
            shape = getattr(self, name).shape
            require(shape == (count,), f"{name} has shape {shape}; it must be ({count},)")
        require_positive("last_price", self.last_price)
        require_positive("tick_size", self.tick_size)
        require_utc("as_of", self.as_of)
        require(bool(self.seed), "the seed of the chart code is empty")

    def visible(self) -> "ChartInput":
        """The same chart cut to the candles that are drawn."""
        cut = slice(-VISIBLE_CANDLES, None)
        return replace(
            self,
            candles=self.candles[cut],
            ema_fast=self.ema_fast[cut],
            ema_slow=self.ema_slow[cut],
            rsi=self.rsi[cut],
        )


@dataclass(frozen=True, slots=True)
class ChartImage:
    """A finished picture. `sha256` is of the PNG bytes; `code` is written in the picture only.

    An analyst that cannot name the code has not seen the picture. `drawn_low` and `drawn_high` are
    the lowest and highest price of the candles on it, in the unit of its price axis, `drawn_last`
    is the newest; they are None only on a stand-in that shows no candles. `arm` is how it is shown
    to an analyst, and `second` the picture of the bigger timeframe that goes along with it.
    """

    png: bytes
    sha256: str
    width: int
    height: int
    code: str
    renderer: str
    drawn_low: Decimal | None = None
    drawn_high: Decimal | None = None
    drawn_last: Candle | None = None
    arm: Arm = USUAL
    second: "ChartImage | None" = None

    @property
    def together(self) -> tuple["ChartImage", ...]:
        """This picture and the one that goes along with it, in the order they are shown."""
        return (self,) if self.second is None else (self, self.second)

    @property
    def shown(self) -> tuple["ChartImage", ...]:
        """The pictures an analyst is shown, in their order; none where the arm has none."""
        return self.together if self.arm.sends_picture else ()


@dataclass(frozen=True, slots=True)
class UploadedChart:
    """A picture that a person gave us, encoded anew: no byte of the file is kept.

    `sha256` is of the PNG bytes; `original_sha256` is of the file, for the audit log. It carries
    no chart code: what an analyst says about it never becomes an order without approval.
    """

    png: bytes
    sha256: str
    width: int
    height: int
    original_sha256: str
