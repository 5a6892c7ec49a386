"""What a desk ended up with, without what may differ: ids, moments, counts of attempts."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from cli.faults.truth import Truth
from db.keys import AccountKey
from db.queries.account import ledger_totals, positions
from db.queries.evidence import all_decision_ends, all_intents, all_slot_ends, all_trades

Digest = Mapping[str, object]


def digest(truth: Truth, session: Session, key: AccountKey) -> Digest:
    """Everything that must be the same with and without a crash."""
    return {
        "exchange orders": sorted(
            [one.symbol, one.side, one.stop_kind, one.link_id, one.status, _plain(one.filled)]
            for one in truth.orders
        ),
        "exchange positions": sorted(
            [row["symbol"], row["side"], row["size"], row["avgPrice"], row["stopLoss"]]
            for row in truth.positions
        ),
        "exchange wallet": truth.wallet["coin"][0]["walletBalance"],
        "fills": len(truth.fills),
        "intents": sorted([one.link_id, one.state] for one in all_intents(session, key)),
        "decisions": [list(map(str, one)) for one in all_decision_ends(session, key)],
        "slots": [list(map(str, one)) for one in all_slot_ends(session, key)],
        "trades": [list(map(str, one)) for one in all_trades(session, key)],
        "positions": sorted(
            [one.symbol, one.direction, _plain(one.quantity), str(one.stop_loss)]
            for one in positions(session, key)
        ),
        "ledger": _plain(ledger_totals(session, key).change_usdt),
    }


def difference(expected: Digest, seen: Digest) -> str:
    """The parts that differ, in words; empty if none does."""
    parts = [
        f"{name}: {_change(expected[name], seen[name])}"
        for name in expected
        if expected[name] != seen[name]
    ]
    return "; ".join(parts)


def _change(expected: object, seen: object) -> str:
    if not isinstance(expected, list) or not isinstance(seen, list):
        return f"{expected} became {seen}"
    missing = [row for row in expected if row not in seen]
    added = [row for row in seen if row not in expected]
    if not missing and not added:
        return f"{len(expected)} rows became {len(seen)}"
    return f"without {missing}, with {added}"


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
