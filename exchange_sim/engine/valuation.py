"""Wallet and position rows: what an account is worth at the present mark prices."""

from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.engine import margin
from exchange_sim.engine.accounts import Account
from exchange_sim.engine.errors import RetCode
from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.margin import Rest, Terms
from exchange_sim.engine.model import Position, Wallet
from exchange_sim.engine.money import booked
from exchange_sim.engine.order_margin import account_order_margin
from exchange_sim.engine.order_model import ZERO, Order
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import StopOrderType


@dataclass(frozen=True, slots=True)
class Valuation:
    """Sums over the open positions of an account, USDT."""

    balance: Decimal
    unrealised: Decimal
    initial: Decimal
    maintenance: Decimal

    @property
    def equity(self) -> Decimal:
        """Wallet balance plus unrealised result: the margin balance."""
        return self.balance + self.unrealised


def terms_of(venue: Venue, account: Account, symbol: str) -> Terms:
    """The margin terms of `symbol` for the account."""
    rules = account.own_rules.get(symbol) or venue.instruments[symbol]
    return Terms(rules, account.leverage(symbol), account.fees.taker)


def value_account(venue: Venue, account: Account) -> Valuation:
    """The account at the present mark prices."""
    unrealised = initial = maintenance = ZERO
    for holding in account.open_holdings():
        assert holding.side is not None
        mark = venue.tick(holding.symbol).mark
        terms, value = terms_of(venue, account, holding.symbol), holding.size * mark
        unrealised += holding.unrealised(mark)
        initial += margin.position_initial(terms, holding.side, value)
        maintenance += margin.position_maintenance(terms, holding.side, value)
    balance = venue.ledger.wallets[account.account_id]
    return Valuation(balance, unrealised, initial, maintenance)


def available_balance(venue: Venue, account: Account) -> Decimal:
    """What new orders may bind: equity minus all initial margin; negative when short of it."""
    sums = value_account(venue, account)
    return sums.equity - sums.initial - account_order_margin(venue, account)


def wallet_view(venue: Venue, account: Account) -> Wallet:
    """The wallet row of the account; money in 8 decimals, rates in fractions of equity."""
    sums = value_account(venue, account)
    balance, unrealised = sums.balance, booked(sums.unrealised)
    order_margin = booked(account_order_margin(venue, account))
    initial, maintenance = booked(sums.initial), booked(sums.maintenance)
    equity = balance + unrealised
    bound = initial + order_margin
    return Wallet(
        balance=balance,
        equity=equity,
        available=max(ZERO, equity - bound),
        unrealised=unrealised,
        cumulative_realised=sum(
            (holding.cumulative_realised for holding in account.holdings.values()), ZERO
        ),
        order_initial_margin=order_margin,
        position_initial_margin=initial,
        maintenance_margin=maintenance,
        initial_margin_rate=booked(bound / equity) if equity > 0 else ZERO,
        maintenance_margin_rate=booked(maintenance / equity) if equity > 0 else ZERO,
    )


def position_view(venue: Venue, account: Account, holding: Holding) -> Position:
    """The position row of a holding, flat or not."""
    mark = venue.tick(holding.symbol).mark
    terms, value = terms_of(venue, account, holding.symbol), holding.size * mark
    side = holding.side
    tier_number, tier = terms.tier(value)
    stops = _full_stops(account, holding)
    break_even = margin.break_even_price(holding, account.fees.taker)
    return Position(
        symbol=holding.symbol,
        position_idx=holding.position_idx,
        side=side,
        size=holding.size,
        average_price=booked(holding.average_price),
        value=booked(value),
        leverage=terms.leverage,
        mark_price=mark,
        liquidation_price=_liquidation_price(venue, account, holding),
        break_even_price=None if break_even is None else booked(break_even),
        initial_margin=booked(margin.position_initial(terms, side, value)) if side else ZERO,
        maintenance_margin=(
            booked(margin.position_maintenance(terms, side, value)) if side else ZERO
        ),
        risk_id=tier_number,
        risk_limit_value=tier.limit_value,
        take_profit=_trigger_price(stops.get(StopOrderType.TAKE_PROFIT)),
        stop_loss=_trigger_price(stops.get(StopOrderType.STOP_LOSS)),
        trailing_stop=_trailing_distance(stops.get(StopOrderType.TRAILING_STOP)),
        unrealised=booked(holding.unrealised(mark)),
        current_realised=holding.current_realised,
        cumulative_realised=holding.cumulative_realised,
        created_ms=holding.created_ms,
        updated_ms=holding.updated_ms,
        opened_ms=holding.opened_ms if side else 0,
        seq=holding.seq,
        reduce_only=only_reduces(venue, account, holding.symbol),
    )


def only_reduces(venue: Venue, account: Account, symbol: str) -> bool:
    """Whether the account may only reduce what it holds in `symbol`."""
    refusal = venue.instruments[symbol].refusal
    return symbol in account.reduce_only or bool(refusal and refusal == RetCode.ONLY_REDUCING)


def _liquidation_price(venue: Venue, account: Account, holding: Holding) -> Decimal | None:
    if holding.side is None:
        return None
    mark = venue.tick(holding.symbol).mark
    terms = terms_of(venue, account, holding.symbol)
    sums = value_account(venue, account)
    own = margin.position_maintenance(terms, holding.side, holding.size * mark)
    rest = Rest(sums.equity - holding.unrealised(mark), sums.maintenance - own)
    price = margin.liquidation_price(terms, holding, mark, rest)
    return None if price is None else booked(price)


def _full_stops(account: Account, holding: Holding) -> dict[StopOrderType, Order]:
    return {
        order.stop_order_type: order
        for order in account.orders.open(holding.symbol)
        if order.is_waiting and order.position_idx == holding.position_idx
    }


def _trigger_price(order: Order | None) -> Decimal | None:
    return order.trigger.price if order is not None and order.trigger else None


def _trailing_distance(order: Order | None) -> Decimal | None:
    return order.trailing.distance if order is not None and order.trailing else None
