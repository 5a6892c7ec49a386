"""What a label was made of, as one short word: it changes if a candle it read changes."""

from hashlib import blake2b
from typing import Final

import numpy as np

from trading.labels.path_columns import PathColumns
from trading.labels.price_path import PricePath

_LAST: Final = ("open", "high", "low")
_MARK: Final = ("mark_open", "mark_high", "mark_low")


def data_hash(path: PricePath, *, since_ms: int, until_ms: int, with_mark: bool) -> str:
    """32 hexadecimal digits over the candles that open from `since_ms` to before `until_ms`.

    Closes are part of it, and so are the settlements of that time. It does not depend on
    how much else the path holds.
    """
    columns = path.columns
    first = max(0, -((columns.start_ms - since_ms) // columns.interval_ms))
    end = max(first, -((columns.start_ms - until_ms) // columns.interval_ms))
    names = (*_LAST, *_MARK) if with_mark else _LAST
    digest = blake2b(digest_size=16)
    digest.update(f"{path.symbol} {path.interval} {since_ms} {until_ms} {names}".encode())
    digest.update(path.close[first:end].tobytes())
    for name in names:
        digest.update(getattr(columns, name)[first:end].tobytes())
    digest.update(_settlements(columns, since_ms, until_ms))
    return digest.hexdigest()


def _settlements(columns: PathColumns, since_ms: int, until_ms: int) -> bytes:
    first, end = np.searchsorted(columns.settled_ms, (since_ms, until_ms))
    return columns.settled_ms[first:end].tobytes() + columns.paid[first:end].tobytes()
