"""What is done to accounts and markets from outside trading: inputs like any other command.

Each is drafted (checked, nothing changed) and then applied, so that the exchange can journal it in
between. Who intervenes, and why, is not the engine's business.
"""

from collections.abc import Callable, Mapping
from functools import partial

from exchange_sim.engine import forced, transfers
from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_position
from exchange_sim.engine.children import children
from exchange_sim.engine.ending import cancel_by_user
from exchange_sim.engine.errors import invalid
from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.market_interventions import MARKET_INTERVENTIONS
from exchange_sim.engine.model import FeeRates
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.wire_fields import flag, number, text, whole
from exchange_sim.market.rule_changes import with_risk_limits

Params = Mapping[str, object]
Change = Callable[[], object]


def draft_intervention(venue: Venue, account_id: str, name: str, params: Params) -> Change:
    """What the intervention `name` does when called; nothing is changed yet.

    Market interventions have no account. Raises: VenueError 10001 for an unknown name or account,
    a parameter that is wrong, or a position that is not there.
    """
    market = MARKET_INTERVENTIONS.get(name)
    if market is not None:
        return market(venue, params)
    draft = _ACCOUNT_INTERVENTIONS.get(name)
    if draft is None:
        known = ", ".join(sorted({*_ACCOUNT_INTERVENTIONS, *MARKET_INTERVENTIONS}))
        raise invalid(f"intervention {name!r} does not exist; there are {known}")
    return draft(venue, venue.account(account_id), params)


def _bonus(venue: Venue, account: Account, params: Params) -> Change:
    amount = transfers.check_amount(number("amount", params.get("amount")))
    return partial(transfers.grant_bonus, venue, account, amount)


def _fees(_venue: Venue, account: Account, params: Params) -> Change:
    fees = FeeRates(number("maker", params.get("maker")), number("taker", params.get("taker")))

    def change() -> None:
        account.fees = fees

    return change


def _vanish_stop(venue: Venue, account: Account, params: Params) -> Change:
    holding = _held(venue, account, params)
    stops = [
        child
        for child in children(account, holding.symbol, holding.position_idx)
        if child.stop_order_type.limits_loss
    ]
    if not stops:
        raise invalid(f"the position in {holding.symbol} has no stop")

    def change() -> None:
        for stop in stops:
            cancel_by_user(venue, account, stop)

    return change


def _liquidate(venue: Venue, account: Account, params: Params) -> Change:
    return partial(forced.liquidate_one, venue, account, _held(venue, account, params))


def _deleverage(venue: Venue, account: Account, params: Params) -> Change:
    fraction = number("fraction", params.get("fraction"))
    if not 0 < fraction <= 1:
        raise invalid(f"fraction invalid: {fraction}; it must be above 0 and at most 1")
    return partial(forced.deleverage, venue, account, _held(venue, account, params), fraction)


def _reduce_only(venue: Venue, account: Account, params: Params) -> Change:
    symbol = venue.instrument(text("symbol", params.get("symbol"))).symbol
    switched_on = flag("on", params.get("on"))

    def change() -> None:
        (account.reduce_only.add if switched_on else account.reduce_only.discard)(symbol)
        for position_idx in account.position_indices(symbol):
            announce_position(venue, account, symbol, position_idx)

    return change


def _risk_limit(venue: Venue, account: Account, params: Params) -> Change:
    """Lower every risk limit of a symbol to a fraction for this account; 1 restores them."""
    rules = venue.instrument(text("symbol", params.get("symbol")))
    fraction = number("fraction", params.get("fraction"))
    if not 0 < fraction <= 1:
        raise invalid(f"fraction invalid: {fraction}; it must be above 0 and at most 1")

    def change() -> None:
        account.own_rules.pop(rules.symbol, None)
        if fraction < 1:
            account.own_rules[rules.symbol] = with_risk_limits(rules, fraction)
        for position_idx in account.position_indices(rules.symbol):
            announce_position(venue, account, rules.symbol, position_idx)

    return change


def _held(venue: Venue, account: Account, params: Params) -> Holding:
    symbol = venue.instrument(text("symbol", params.get("symbol"))).symbol
    position_idx = whole("positionIdx", params.get("positionIdx", 0))
    holding = account.holding(symbol, position_idx)
    if not holding.size:
        raise invalid(f"account {account.account_id} holds nothing in {symbol} ({position_idx})")
    return holding


_ACCOUNT_INTERVENTIONS: Mapping[str, Callable[[Venue, Account, Params], Change]] = {
    "bonus": _bonus,
    "fees": _fees,
    "vanish_stop": _vanish_stop,
    "liquidate": _liquidate,
    "deleverage": _deleverage,
    "reduce_only": _reduce_only,
    "risk_limit": _risk_limit,
}
