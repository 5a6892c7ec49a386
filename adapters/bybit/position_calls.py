"""Positions: reading them, their stop and target, their leverage."""

from datetime import datetime
from decimal import Decimal

from adapters.bybit import rows_positions
from adapters.bybit.calls import BybitCalls, build_all, only_row
from adapters.bybit.endpoints import Read, Write
from adapters.bybit.paging import unique
from adapters.bybit.parsing import plain
from adapters.bybit.rows_orders import protection_parameters
from trading.checks import require
from trading.executions import Execution
from trading.orders import PositionIndex
from trading.positions import Position, PositionMode
from trading.trailing import Trailing

_POSITIONS_PER_PAGE = 200
_EXECUTIONS_PER_PAGE = 100


class PositionCalls(BybitCalls):
    """Requests about open positions and what happened to them."""

    def positions(self) -> list[Position]:
        """All open positions that are settled in USDT."""
        rows = self._all_rows(
            Read.POSITIONS, category="linear", settleCoin="USDT", limit=_POSITIONS_PER_PAGE
        )
        positions = build_all(
            [row for row in rows if rows_positions.is_open(row)], rows_positions.position
        )
        return unique(positions, lambda position: (position.symbol, position.position_index))

    def position_mode(self, symbol: str) -> PositionMode:
        """Whether the symbol is in one-way or hedge mode; the owner can change it in the app."""
        rows = self._rows(Read.POSITIONS, category="linear", symbol=symbol)
        only_row(rows, f"positions of {symbol}")
        return rows_positions.position_mode(rows)

    def executions_since(self, since: datetime) -> list[Execution]:
        """What happened to positions from `since` to now, oldest first, each once.

        Funding, liquidations and deleveraging are among them; branch on `kind`.
        """
        rows = self._rows_since(
            since,
            Read.EXECUTIONS,
            category="linear",
            settleCoin="USDT",
            limit=_EXECUTIONS_PER_PAGE,
        )
        executions = build_all(rows, rows_positions.execution)
        ordered = sorted(
            executions,
            key=lambda execution: (
                execution.executed_at,
                execution.sequence,
                execution.execution_id,
            ),
        )
        return unique(ordered, lambda execution: execution.execution_id)

    def set_protection(
        self,
        symbol: str,
        *,
        stop_loss: Decimal | None,
        take_profit: Decimal | None,
        position_index: PositionIndex,
        trailing: Trailing | None = None,
    ) -> None:
        """Put stop and target over the full position, triggered by the last price.

        What stands is changed in place, there is no moment without it. None leaves what stands as
        it is; nothing here can take a stop away. The same values again are a success. Read the
        position afterwards: accepted does not mean it stands.
        """
        protection = protection_parameters(stop_loss, take_profit) | _trailing(trailing)
        require(
            bool(protection),
            f"{symbol}: neither stop, target nor trailing stop given; give at least one",
        )
        self._session.write(
            Write.SET_PROTECTION,
            category="linear",
            symbol=symbol,
            positionIdx=int(position_index),
            **protection | {"tpslMode": "Full"},
        )

    def set_leverage(self, symbol: str, leverage: Decimal) -> None:
        """Set the leverage of both sides; having it already is a success."""
        self._session.write(
            Write.SET_LEVERAGE,
            category="linear",
            symbol=symbol,
            buyLeverage=plain(leverage),
            sellLeverage=plain(leverage),
        )


def _trailing(trailing: Trailing | None) -> dict[str, object]:
    if trailing is None:
        return {}
    parameters: dict[str, object] = {"trailingStop": plain(trailing.distance)}
    if trailing.active_price is not None:
        parameters["activePrice"] = plain(trailing.active_price)
    return parameters
