"""Rows of the market endpoints as values (bybit_v5.md §2.1)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from adapters.bybit.parsing import Row, moment_of_ms, number_of
from trading.candles import Candle
from trading.errors import BadDataError, InvariantError
from trading.instruments import Instrument
from trading.market import AccountRatio, FundingRate, OpenInterest, Ticker

_CANDLE_FIELDS = 6  # start, open, high, low, close, volume; the turnover after them is not used
_MARK_CANDLE_FIELDS = 5  # the same without volume


def is_usdt_perpetual(row: Row) -> bool:
    """Whether an instrument is one this desk can trade at all."""
    return row.text("contractType") == "LinearPerpetual" and row.text("settleCoin") == "USDT"


def instrument(row: Row) -> Instrument:
    """What may be ordered in a symbol; fundingInterval is in minutes."""
    prices, quantities = row.part("priceFilter"), row.part("lotSizeFilter")
    return Instrument(
        symbol=row.required_text("symbol"),
        base_coin=row.required_text("baseCoin"),
        tick_size=prices.number("tickSize"),
        quantity_step=quantities.number("qtyStep"),
        minimum_quantity=quantities.number("minOrderQty"),
        maximum_quantity=quantities.number("maxOrderQty"),
        maximum_market_quantity=quantities.number("maxMktOrderQty"),
        minimum_notional_usdt=quantities.number("minNotionalValue"),
        maximum_leverage=row.part("leverageFilter").number("maxLeverage"),
        funding_interval=timedelta(minutes=row.integer("fundingInterval", default=480)),
        is_trading=row.text("status") == "Trading",
    )


def ticker(row: Row, taken_at: datetime) -> Ticker:
    """Prices of a symbol at the moment the exchange answered."""
    return Ticker(
        symbol=row.required_text("symbol"),
        last=row.number("lastPrice"),
        mark=row.number("markPrice"),
        index=row.number("indexPrice"),
        bid=row.number("bid1Price"),
        ask=row.number("ask1Price"),
        funding_rate=row.number("fundingRate"),
        next_funding_at=row.moment("nextFundingTime"),
        turnover_24h_usdt=row.number_or_zero("turnover24h"),
        open_interest=row.number_or_zero("openInterest"),
        taken_at=taken_at,
    )


def funding_rate(row: Row) -> FundingRate:
    """A settled funding rate."""
    return FundingRate(
        symbol=row.required_text("symbol"),
        rate=row.number("fundingRate"),
        settled_at=row.moment("fundingRateTimestamp"),
    )


def open_interest(row: Row, symbol: str) -> OpenInterest:
    """The open interest of a recorded moment; the rows do not name their symbol, the list does."""
    return OpenInterest(
        symbol=symbol,
        quantity=row.number("openInterest"),
        recorded_at=row.moment("timestamp"),
    )


def account_ratio(row: Row) -> AccountRatio:
    """Which fractions of the accounts are long and short (docs "Get Long Short Ratio")."""
    return AccountRatio(
        symbol=row.required_text("symbol"),
        long_fraction=row.number("buyRatio"),
        short_fraction=row.number("sellRatio"),
        recorded_at=row.moment("timestamp"),
    )


def candle(cells: object, *, what: str) -> Candle:
    """A candle from `[start, open, high, low, close, volume, …]`."""
    return _candle(cells, _CANDLE_FIELDS, what)


def mark_candle(cells: object, *, what: str) -> Candle:
    """A candle of mark prices from `[start, open, high, low, close]`; it has no volume."""
    return _candle(cells, _MARK_CANDLE_FIELDS, what)


def _candle(cells: object, fields: int, what: str) -> Candle:
    """Build a candle.

    Raises:
        BadDataError: too few cells, a cell that is no number, or prices no bar can have.
    """
    try:
        start, *numbers = _numbers(cells, fields)
        open_, high, low, close = numbers[:4]
        return Candle(
            opened_at=moment_of_ms(int(start)),
            open=open_,
            high=high,
            low=low,
            close=close,
            volume=numbers[4] if fields == _CANDLE_FIELDS else Decimal(0),
        )
    except (ValueError, OverflowError) as error:
        detail = str(error) if isinstance(error, InvariantError) else "a cell is no number"
        message = f"{what}: candle row {str(cells)[:160]} is malformed: {detail}"
        raise BadDataError(message) from error


def _numbers(cells: object, fields: int) -> list[Decimal]:
    if not isinstance(cells, Sequence) or isinstance(cells, str) or len(cells) < fields:
        raise ValueError(cells)
    numbers = [number_of(cell) for cell in cells[:fields]]
    present = [number for number in numbers if number is not None]
    if len(present) < fields:
        raise ValueError(cells)
    return present
