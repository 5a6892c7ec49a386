"""What every group of requests shares: the transport, lists, and the exchange's clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from adapters.bybit.answers import Answer
from adapters.bybit.clock import ClockOffset, measure_offset
from adapters.bybit.endpoints import Read
from adapters.bybit.paging import Page, read_pages, windows
from adapters.bybit.parsing import Row, ms_of_moment
from adapters.bybit.transport import BybitTransport
from trading.errors import BadDataError

Value = TypeVar("Value")


class BybitCalls:
    """A group of requests to one account. The groups are joined in `gateway.BybitGateway`."""

    def __init__(self, session: BybitTransport) -> None:
        self._session = session

    def server_time(self) -> datetime:
        """The exchange's clock. In a replayed market it is the market's time."""
        return _server_time(self._session.read(Read.SERVER_TIME))

    def clock_offset(self) -> ClockOffset:
        """How far the exchange's clock is from this machine's; meaningless in replayed markets."""
        return measure_offset(
            lambda: _server_time(self._session.read_once(Read.SERVER_TIME)),
            lambda: datetime.now(UTC),
        )

    def _rows(self, endpoint: Read, **parameters: object) -> list[Row]:
        """The rows of an answer that has no pages."""
        return _rows_of(self._session.read(endpoint, **parameters), endpoint)

    def _all_rows(self, endpoint: Read, **parameters: object) -> list[Row]:
        """The rows of all pages."""
        first = self._session.read(endpoint, **parameters)
        return self._all_pages(first, endpoint, **parameters)

    def _rows_since(self, since: datetime, endpoint: Read, **parameters: object) -> list[Row]:
        """The rows of all pages from `since` to the exchange's now, the exchange's order reversed.

        Lists come newest first, so these are oldest first where the exchange keeps its word. No
        clock is asked: a window may end in the future, and each answer says when it was written.
        """
        oldest_first: list[Row] = []
        for start, end in windows(since):
            window = parameters | {"startTime": start, "endTime": end}
            first = self._session.read(endpoint, **window)
            oldest_first += reversed(self._all_pages(first, endpoint, **window))
            if ms_of_moment(answered_at(first, endpoint)) <= end:
                return oldest_first
        message = f"{endpoint}: by its answer's time the exchange lies years after {since}"
        raise BadDataError(message)

    def _all_pages(self, first: Answer, endpoint: Read, **parameters: object) -> list[Row]:
        """The rows of an answer and of all pages after it."""

        def fetch(cursor: str) -> Page:
            more = parameters | {"cursor": cursor}
            answer = self._session.read(endpoint, **more) if cursor else first
            cursor = Row(answer.result, endpoint).text("nextPageCursor")
            return Page(_rows_of(answer, endpoint), cursor)

        return read_pages(fetch, what=endpoint)


def build_all(rows: list[Row], value: Callable[[Row], Value]) -> list[Value]:
    """The value of each row; BadDataError for the first that cannot be trusted."""
    return [row.build(value) for row in rows]


def only_row(rows: list[Row], what: str) -> Row:
    """The first row of an answer that must have one."""
    if not rows:
        message = f"{what}: the exchange's answer lists nothing; does the symbol exist?"
        raise BadDataError(message)
    return rows[0]


def answered_at(answer: Answer, what: str) -> datetime:
    """When the exchange wrote the answer."""
    if answer.answered_at is None:
        message = f"{what}: the exchange's answer has no time, so its age is unknown"
        raise BadDataError(message)
    return answer.answered_at


def _rows_of(answer: Answer, endpoint: Read) -> list[Row]:
    return Row(answer.result, endpoint).rows("list", f"{endpoint} row")


def _server_time(answer: Answer) -> datetime:
    return Row(answer.result, Read.SERVER_TIME).moment_ns("timeNano")
