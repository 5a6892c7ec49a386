"""Whether what is stored of the market's past is fit to be traded on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tasks.candle_store.stored import StoredCandles
from trading.candle_faults import Finding, find_faults
from trading.candle_series import SeriesName, Span
from trading.errors import BadDataError


@dataclass(frozen=True, slots=True)
class Checked:
    """One series and everything found in it."""

    name: SeriesName
    findings: tuple[Finding, ...]


def check_stored(
    store: StoredCandles, symbols: Collection[str] | None, *, now: datetime
) -> list[Checked]:
    """Every stored series of the symbols, or of all.

    Raises:
        BadDataError: nothing is stored of one of the symbols.
    """
    names = [holding.name for holding in store.holdings()]
    unknown = set(symbols or ()) - {name.symbol for name in names}
    if unknown:
        message = (
            f"nothing is stored of {', '.join(sorted(unknown))} in market {store.market}; "
            "`autotrader data list` shows what is"
        )
        raise BadDataError(message)
    chosen = [name for name in names if symbols is None or name.symbol in symbols]
    return [Checked(name, _findings(store, name, now)) for name in chosen]


def _findings(store: StoredCandles, name: SeriesName, now: datetime) -> tuple[Finding, ...]:
    columns = store.columns(name, Span())
    return tuple(find_faults(columns, name.interval, now=now, has_volume=not name.is_mark))
