"""Stored snapshots, for replay and for judging an answer by hand."""

from trading.canonical import Json
from trading.errors import BadDataError
from trading.from_canonical import from_canonical
from trading.snapshot import LATER_FACTS, SNAPSHOT_VERSION, MarketSnapshot


def snapshot_from_json(document: Json) -> MarketSnapshot:
    """The snapshot that `MarketSnapshot.to_json` wrote; its hash and its JSON are the same.

    A fact that snapshots did not hold yet when it was stored is missing; nothing is made up.

    Raises:
        BadDataError: the document is no snapshot of this version; the message names the place.
    """
    known = document if isinstance(document, dict) else {}
    version = known.get("version")
    if version != SNAPSHOT_VERSION:
        message = (
            f"snapshot version is {ascii(version)[:60]}, this code reads {SNAPSHOT_VERSION!r}; "
            "replay it with the release that stored it"
        )
        raise BadDataError(message)
    return from_canonical(MarketSnapshot, dict.fromkeys(LATER_FACTS) | known)
