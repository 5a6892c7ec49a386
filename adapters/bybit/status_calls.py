"""What the exchange says of itself: when it is or will be under maintenance."""

from adapters.bybit import rows_status
from adapters.bybit.calls import BybitCalls, build_all
from adapters.bybit.endpoints import Read
from adapters.bybit.parsing import Row
from trading.maintenance import Maintenance


class StatusCalls(BybitCalls):
    """Requests that need no key."""

    def maintenances(self) -> list[Maintenance]:
        """What is announced, going on or lately over, of futures that are traded over HTTP.

        Bybit announces large works and incidents; interruptions below ten seconds it does not.
        Asked once and not again: where it is not told nobody waits for it.

        Raises:
            BadDataError: a row is malformed.
        """
        what = "maintenance"
        answer = self._session.read_once(Read.SYSTEM_STATUS)
        rows = Row(answer.result, what).rows("list", what)
        return build_all(
            [row for row in rows if rows_status.concerns_desk(row)], rows_status.maintenance
        )
