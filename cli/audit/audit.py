"""The audit: the whole database against everything the exchange recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from cli.audit import recorded, stored
from cli.audit.comparison import Difference, compare
from cli.audit.nakedness import longest_naked_seconds
from cli.stack.control import moment_of
from db.keys import AccountKey
from db.queries.account import latest_wallet, positions
from db.queries.exchange_records import all_executions, all_orders


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found. `naked_seconds_max` is of the exchange's records alone."""

    differences: tuple[Difference, ...]
    naked_seconds_max: int


def audit(session: Session, key: AccountKey, records: Mapping[str, Any]) -> Audit:
    """Compare positions, orders, executions and wallet with a simulator's `records`.

    The database must have been synchronised at the market time of the records, and the account
    must have traded for nobody else.
    """
    (account,) = records["accounts"].values()
    return Audit(
        differences=tuple(_differences(session, key, account)),
        naked_seconds_max=longest_naked_seconds(account, until=moment_of(records["now_ms"])),
    )


def _differences(
    session: Session, key: AccountKey, account: Mapping[str, Any]
) -> list[Difference]:
    return [
        *compare(
            "order",
            stored.order_book(all_orders(session, key)),
            recorded.order_book(account["orders"]),
        ),
        *compare(
            "execution",
            stored.execution_book(all_executions(session, key)),
            recorded.execution_book(account["executions"]),
        ),
        *compare(
            "position",
            stored.position_book(positions(session, key)),
            recorded.position_book(account["positions"]),
        ),
        *compare(
            "wallet",
            stored.wallet_book(latest_wallet(session, key)),
            recorded.wallet_book(account["wallet"]),
        ),
    ]
