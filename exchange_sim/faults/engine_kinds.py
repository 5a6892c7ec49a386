"""The faults of matching, stops, positions, wallet, market and funding in the catalogue (spec 7).

Those of matching and `tpsl.child_*`, `tpsl.set_*`, `tpsl.reject`, `tpsl.trigger_*` strike orders
as they come; all others act when they are switched on, on whatever their `match` admits then.
"""

from decimal import Decimal, InvalidOperation

from exchange_sim.engine.vocabulary import OrderStatus, RejectReason
from exchange_sim.faults.kinds import (
    FaultKind,
    Parameter,
    Value,
    choice,
    number,
    text,
    whole,
)


class Fractions(Parameter):
    """A parameter that is a list of fractions, each above 0 and at most 1."""

    def read(self, given: object) -> Value:
        """The fractions as words. Raises: ValueError if one of them is no such number."""
        words = super().read(given)
        if not (isinstance(words, tuple) and words and all(map(_is_fraction, words))):
            message = f"parameter {self.name} is {given!r}; fractions above 0 up to 1 are needed"
            raise ValueError(message)
        return words


def _is_fraction(word: str) -> bool:
    try:
        return 0 < Decimal(word) <= 1
    except InvalidOperation:
        return False


_MATCHING = (
    FaultKind(
        "match.partial",
        (
            Fractions(name="fractions", type="names", default=("0.4", "0.6")),
            whole("spacing_ms", 500),
        ),
        "an order fills in pieces, fractions of its quantity, spacing_ms of market time apart",
    ),
    FaultKind(
        "match.partial_then_cancel",
        (number("fraction", "0.4", lowest="0.000001", highest="1"),),
        "an order fills to a fraction of its quantity, then the venue cancels the rest",
    ),
    FaultKind(
        "match.no_liquidity",
        (choice("mode", "async_cancel", "sync_10001"),),
        "an immediate order finds nobody: acknowledged and cancelled, or refused at once",
    ),
    FaultKind(
        "match.slippage",
        (number("bps", "20", lowest="0", highest="500"),),
        "taker fills are this much worse, but never beyond the order's own price",
    ),
    FaultKind(
        "match.async_reject",
        (
            choice("status", OrderStatus.REJECTED.value, OrderStatus.CANCELLED.value),
            choice(
                "rejectReason",
                RejectReason.OTHERS.value,
                *(reason.value for reason in RejectReason if reason is not RejectReason.OTHERS),
            ),
        ),
        "an order is acknowledged, then refused",
    ),
    FaultKind("match.post_only_cross", (), "a PostOnly order is cancelled as if it had crossed"),
    FaultKind(
        "match.fill_during_cancel", (), "a cancel is acknowledged, but the order fills first"
    ),
    FaultKind(
        "match.fill_during_amend",
        (),
        "an amendment is acknowledged, but the order fills on its former terms first",
    ),
    FaultKind(
        "match.late_fill",
        (whole("ms", 500), number("fraction", "1", lowest="0.000001", highest="1")),
        "a fill reaches a cancelled order, ms of market time after the cancel",
    ),
    FaultKind("match.limit_never_fills", (), "a limit order rests whatever the price does"),
    FaultKind(
        "match.qty_truncated",
        (number("fraction", "0.5", lowest="0", highest="1"),),
        "an order is accepted for a fraction of its quantity, rounded down, silently",
    ),
    FaultKind(
        "match.price_adjusted",
        (whole("ticks", 5, lowest=None),),
        "a limit order is priced this many ticks further from the market, silently",
    ),
)
_STOPS = (
    FaultKind(
        "tpsl.child_delay",
        (whole("ms", 1500),),
        "the stop and target of an entry are created ms of market time after its fill",
    ),
    FaultKind("tpsl.child_missing", (), "the entry fills, its stop and target are never created"),
    FaultKind(
        "tpsl.set_ack_but_absent", (), "trading-stop is acknowledged, but nothing was changed"
    ),
    FaultKind(
        "tpsl.reject",
        (whole("code", 10001), text("text", "params error: StopLoss invalid")),
        "trading-stop is refused with this code and text",
    ),
    FaultKind("tpsl.vanish", (), "the stops of the positions are cancelled now"),
    FaultKind(
        "tpsl.trigger_partial_fill",
        (number("fraction", "0.5", lowest="0.000001", highest="1"),),
        "a stop or target triggers, fills to a fraction, and its rest is cancelled",
    ),
    FaultKind(
        "tpsl.trigger_no_liquidity", (), "a stop or target triggers and is cancelled unfilled"
    ),
    FaultKind(
        "tpsl.both_in_one_bar",
        (),
        "the price touches target and stop of the positions within one candle, target first",
    ),
)
_POSITIONS = (
    FaultKind("pos.liquidate", (), "the positions are taken over at their bankruptcy price now"),
    FaultKind(
        "pos.adl",
        (number("fraction", "0.5", lowest="0.000001", highest="1"),),
        "auto-deleveraging closes a fraction of the positions now",
    ),
    FaultKind(
        "pos.external_close",
        (number("qty", "0", lowest="0"),),
        "the owner closes the positions by hand; qty 0 is all of it",
    ),
    FaultKind(
        "pos.external_open",
        (
            text("symbol"),
            choice("side", "Buy", "Sell"),
            number("qty", "0", lowest="0"),
            number("stop_loss", "0", lowest="0"),
        ),
        "the owner opens a position by hand; without a symbol the first that matches, qty 0 is a "
        "small one, stop_loss 0 is none",
    ),
    FaultKind(
        "pos.external_sl_move",
        (number("stop_loss", "0", lowest="0"), number("bps", "50", lowest="1", highest="5000")),
        "the owner moves the stop by hand: to stop_loss, or bps away from the last price",
    ),
    FaultKind(
        "pos.mode_switched",
        (choice("mode", 3, 0),),
        "the owner switches the position mode of every symbol without position and order",
    ),
    FaultKind(
        "pos.leverage_changed",
        (number("leverage", "5", lowest="1", highest="200"),),
        "the owner changes the leverage of the positions' symbols, or of all that match",
    ),
    FaultKind(
        "pos.reduce_only_flag",
        (),
        "orders that do more than reduce a position are refused with 110023 while it is on",
    ),
    FaultKind(
        "pos.risk_limit_lowered",
        (number("fraction", "0.01", lowest="0.000001", highest="1"),),
        "the account's risk limits are a fraction of what they were while it is on",
    ),
    FaultKind(
        "wallet.transfer",
        (number("amount", "100"),),
        "USDT come in (above 0) or go out (below 0, at most what is available)",
    ),
    FaultKind(
        "wallet.fee_change",
        (
            number("maker", "0.0004", lowest="-0.001", highest="0.01"),
            number("taker", "0.001", lowest="0", highest="0.01"),
        ),
        "fills cost these fractions of their value from now on",
    ),
    FaultKind(
        "wallet.bonus",
        (number("amount", "10", lowest="0.00000001"),),
        "USDT come in that nobody transferred",
    ),
)
_MARKET = (
    FaultKind(
        "mkt.gap",
        (number("pct", "-5", lowest="-90", highest="500"),),
        "all prices jump by pct percent at the next tick and stay there",
    ),
    FaultKind(
        "mkt.wick",
        (number("pct", "-5", lowest="-90", highest="500"), whole("ms", 1000, lowest=1)),
        "the last price jumps by pct percent for ms of market time; the mark price does not",
    ),
    FaultKind(
        "mkt.mark_last_divergence",
        (number("pct", "2", lowest="-90", highest="500"),),
        "the mark price is pct percent off the last price while it is on",
    ),
    FaultKind(
        "mkt.freeze",
        (number("s", "60", lowest="0.001"),),
        "no price moves for s of market time",
        lasting="s",
    ),
    FaultKind(
        "mkt.spread",
        (number("bps", "50", lowest="0", highest="5000"),),
        "best bid and ask are this much further apart while it is on",
    ),
    FaultKind(
        "mkt.thin_book",
        (number("qty", "0", lowest="0"), whole("levels", 5, lowest=1, highest=1000)),
        "the book has few levels of qty each while it is on; qty 0 is the smallest order",
    ),
    FaultKind(
        "mkt.halt",
        (choice("status", "Closed", "reduce_only", "110074"),),
        "new orders are refused while it is on: reduce_only with 110023, else with 110074",
    ),
    FaultKind(
        "mkt.filter_change",
        (
            number("tickSize", "0", lowest="0"),
            number("qtyStep", "0", lowest="0"),
            number("minNotional", "0", lowest="0"),
            number("maxMktOrderQty", "0", lowest="0"),
        ),
        "the trading rules change while it is on; 0 leaves a rule, all 0 is ten times the tick",
    ),
    FaultKind(
        "mkt.delist",
        (whole("in_s", 3600),),
        "the symbol ends in in_s of market time: orders cancelled, positions settled at mark",
    ),
    FaultKind(
        "fund.rate",
        (number("rate", "0.003", lowest="-0.1", highest="0.1"),),
        "settlements scheduled while it is on have this rate, a fraction",
    ),
    FaultKind(
        "fund.interval_change",
        (choice("min", 60, 120, 240, 480, 720, 1440),),
        "settlements are this many minutes apart while it is on",
    ),
    FaultKind(
        "fund.late",
        (number("s", "30", lowest="0", highest="3600"),),
        "settlements scheduled while it is on are charged s of market time later",
    ),
)
ENGINE_FAULTS = (*_MATCHING, *_STOPS, *_POSITIONS, *_MARKET)
