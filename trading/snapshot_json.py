"""Stored snapshots, for replay and for judging an answer by hand."""

from trading.canonical import Json
from trading.errors import BadDataError
from trading.from_canonical import from_canonical
from trading.snapshot import SNAPSHOT_VERSION, MarketSnapshot


def snapshot_from_json(document: Json) -> MarketSnapshot:
    """The snapshot that `MarketSnapshot.to_json` wrote; its hash and its JSON are the same.

    Raises:
        BadDataError: the document is no snapshot of this version; the message names the place.
    """
    version = document.get("version") if isinstance(document, dict) else None
    if version != SNAPSHOT_VERSION:
        message = (
            f"snapshot version is {ascii(version)[:60]}, this code reads {SNAPSHOT_VERSION!r}; "
            "replay it with the release that stored it"
        )
        raise BadDataError(message)
    return from_canonical(MarketSnapshot, document)
