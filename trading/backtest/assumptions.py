"""What a backtest takes for granted, in sentences for the one whose money it is about."""

from trading.backtest.exit_rules import ExitRules, InsideBar, TargetGap
from trading.backtest.inside_bars import inside
from trading.backtest.market import Market
from trading.backtest.rules import SIZE_KINDS, CostRules, Quote, Rules
from trading.brakes import TripPolicy
from trading.limits import RiskPolicy

_NOT_MODELLED = (
    "Not modelled: the depth of the order book and what an order does to it, partial fills, the "
    "time an order takes, outages, auto-deleveraging, mark prices other than the last price, and "
    "fees, ticks and steps that changed over the years."
)


def assumptions(market: Market, rules: Rules) -> tuple[str, ...]:
    """The sentences, the most important first."""
    return (
        "A signal is known when a candle closes and acts at the open of the next one.",
        _fills(rules.costs),
        "A limit order fills only when the price trades through it; a touch is no fill.",
        _inside_bar(market, rules.exits),
        _gaps(rules.exits),
        _fees(rules.costs),
        _funding(market),
        _rounding(market),
        *(_size(rules) if rules.desk is None else _desk(market, rules, rules.desk)),
        _account(rules),
        _NOT_MODELLED,
    )


_FIRST = {
    InsideBar.STOP_FIRST: "the stop is taken to come first",
    InsideBar.TARGET_FIRST: "the target is taken to come first",
    InsideBar.NEARER_FIRST: "the one on the side that is nearer to the open comes first",
}


def _fills(costs: CostRules) -> str:
    return (
        f"Market orders fill whole at the open, {costs.half_spread_ticks} ticks beyond the price; "
        "entries slip "
        f"{costs.entry_slippage_bps:g} and exits {costs.exit_slippage_bps:g} basis points "
        "against the trade."
    )


def _inside_bar(market: Market, exits: ExitRules) -> str:
    sentence = f"When stop and target lie inside one candle {_FIRST[exits.inside_bar]}"
    looked = ", ".join(f"{one.symbol} {one.interval} in {one.share:.1%}" for one in inside(market))
    if not looked:
        return f"{sentence}; no finer candle was looked at."
    return f"{sentence}, unless finer candles fill it and tell ({looked} of the candles)."


def _gaps(exits: ExitRules) -> str:
    if exits.target_gap is TargetGap.OPEN:
        return "A candle that opens beyond a stop or a target is left at its open."
    return "A candle that opens beyond a stop is left at its open, beyond a target at the target."


def _fees(costs: CostRules) -> str:
    target = "targets too" if costs.target_is_maker else "targets pay the taker fee"
    return (
        f"Fees per side: taker {costs.taker_fraction:.4%}, maker {costs.maker_fraction:.4%} for "
        f"limit entries; {target}."
    )


def _funding(market: Market) -> str:
    known = [symbol for symbol in market.symbols if symbol in market.funding]
    unknown = [symbol for symbol in market.symbols if symbol not in market.funding]
    if not known:
        return "Funding is not charged: no rates were given. Long positions usually paid it."
    sentence = f"Funding is paid and received at its real times ({', '.join(known)})"
    return f"{sentence}; not charged for {', '.join(unknown)}." if unknown else f"{sentence}."


def _rounding(market: Market) -> str:
    rounded = [symbol for symbol in market.symbols if symbol in market.filters]
    if not rounded:
        return "Prices and quantities are not rounded: no ticks and steps were given."
    return (
        "Prices are rounded to ticks and quantities down to steps as the exchange asks today "
        f"({', '.join(rounded)}); what is too small is refused and counted."
    )


_TRIPPED = {
    TripPolicy.KEEP: "leaves positions to their stops",
    TripPolicy.REDUCE: "halves positions live, which is not modelled: here they keep their stops",
    TripPolicy.FLATTEN: "closes all positions",
}


def _desk(market: Market, rules: Rules, desk: RiskPolicy) -> tuple[str, ...]:
    return (
        "Every entry passes the live desk's risk review, which sizes, shrinks or refuses it. Its "
        "confidence gate and its owner's approval are not asked.",
        f"A tripped brake {_TRIPPED[desk.brakes.policy]}. Live it then waits for its owner; here "
        "entries go on the next day after a day's loss, and never after the deepest fall allowed.",
        *_funding_limits(market),
        *_moving_stops(rules.exits),
    )


def _funding_limits(market: Market) -> tuple[str, ...]:
    if not any(symbol in market.funding for symbol in market.symbols):
        return ()
    return (
        "Limits on funding see the rate that the next settlement really had; live they see the "
        "exchange's forecast of it. That is a small look ahead.",
    )


def _moving_stops(exits: ExitRules) -> tuple[str, ...]:
    if exits.break_even_at is None and exits.trailing_distance is None:
        return ()
    return (
        "Stops move once a candle, by its best price, and act from the next one on; live they "
        "move with every sync, and the exchange's trailing stop with every trade.",
    )


def _size(rules: Rules) -> tuple[str, ...]:
    sizing = rules.sizing
    quoted = "the last close" if sizing.quoted_at is Quote.LAST_CLOSE else "the open it fills at"
    sizes = {
        "equity_fraction": f"{sizing.amount:.2%} of the equity",
        "risk_fraction": f"so large that its stop costs {sizing.amount:.2%} of the equity",
        "notional_usdt": f"{sizing.amount:,.2f} USDT",
        "quantity": f"{sizing.amount:g} coins",
    }
    wanted = sizes[SIZE_KINDS[sizing.kind]]
    return (f"An entry is {wanted}, sized at {quoted}, unless it says else.",)


def _account(rules: Rules) -> str:
    account = rules.account
    leverage = f"at {account.leverage:g} times leverage"
    if rules.desk is not None:
        leverage = "at the leverage that its review finds"
    return (
        f"The account starts with {account.initial_equity_usdt:,.0f} USDT, is shared by all "
        f"symbols and uses isolated margin {leverage}; a position is "
        f"liquidated at a maintenance margin of {account.maintenance_fraction:.2%}."
    )
