"""Random trades on random accounts, once as the desk's values and once as plain numbers."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

import numpy as np

from tests.trading import builders
from trading.backtest.live_twins.numbers import (
    AccountNumbers,
    ConditionNumbers,
    DeskNumbers,
    EntryNumbers,
    FilterNumbers,
    RecentTrades,
    cost_numbers,
    limit_numbers,
)
from trading.backtest.market import Filters
from trading.brakes import Baseline
from trading.capacity import AccountState, Reservation
from trading.conditions import Conditions
from trading.costs import Costs
from trading.exposure_groups import SymbolGroup
from trading.instruments import Instrument
from trading.limits import CooldownScope, RiskLimits, RiskPolicy
from trading.positions import Direction
from trading.recent_trades import EndedTrade
from trading.signals import Signal

NOW = builders.NOW.replace(microsecond=0)
NOW_MS = int(NOW.timestamp() * 1000)
SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
GROUP = SymbolGroup("majors", frozenset({"BTCUSDT", "ETHUSDT"}))
TICKS = ("0.5", "0.05", "0.1", "0.01", "0.0001", "1", "0.25")
STEPS = ("0.001", "0.01", "0.1", "1", "10", "0.5")

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Case:
    """What the desk reviews, beside what its twin is given."""

    signal: Signal
    account: AccountState
    instrument: Instrument
    policy: RiskPolicy
    entry: EntryNumbers
    conditions: ConditionNumbers
    holdings: AccountNumbers
    trades: RecentTrades
    desk: DeskNumbers


class Dice:
    """Seeded draws of round decimals, which meet limits exactly more often than any market."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def whole(self, lowest: int, highest: int) -> int:
        return int(self._rng.integers(lowest, highest + 1))

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        return choices[self.whole(0, len(choices) - 1)]

    def happens(self, chance: float) -> bool:
        return bool(self._rng.random() < chance)

    def amount(self, lowest: int, highest: int, unit: str) -> Decimal:
        return self.whole(lowest, highest) * Decimal(unit)


def case(dice: Dice) -> Case:
    """One trade to be reviewed; most of what it draws is ordinary, so that most limits pass."""
    instrument = _instrument(dice)
    policy = RiskPolicy(_limits(dice), _costs(dice), smallest_only=dice.happens(0.1))
    signal = _signal(dice, instrument)
    account, trades = _account(dice)
    return Case(
        signal,
        account,
        instrument,
        policy,
        _entry(signal),
        _condition_numbers(signal.conditions),
        _holdings(account, policy.limits),
        _columns(trades),
        _desk(instrument, policy),
    )


def _desk(instrument: Instrument, policy: RiskPolicy) -> DeskNumbers:
    return DeskNumbers(
        FilterNumbers(*astuple(Filters.of(instrument))),
        cost_numbers(policy.costs),
        limit_numbers(policy.limits),
        policy.smallest_only,
    )


def _instrument(dice: Dice) -> Instrument:
    step = Decimal(dice.one_of(STEPS))
    return builders.instrument(
        tick_size=Decimal(dice.one_of(TICKS)),
        quantity_step=step,
        minimum_quantity=step * dice.one_of((1, 2, 5)),
        maximum_quantity=step * 10**9,
        maximum_market_quantity=step * dice.one_of((50, 10**5, 10**8)),
        minimum_notional_usdt=Decimal(dice.one_of((1, 5, 5, 100))),
        maximum_leverage=Decimal(dice.one_of(("12.5", "25", "50", "75", "100"))),
    )


def _limits(dice: Dice) -> RiskLimits:
    return RiskLimits(
        max_open_positions=dice.whole(1, 4),
        risk_fraction_per_trade=dice.amount(1, 40, "0.0025"),
        max_symbol_exposure_fraction=dice.amount(4, 10, "0.1"),
        max_total_exposure_fraction=dice.amount(10, 20, "0.1"),
        max_group_exposure_fraction=dice.amount(4, 20, "0.1"),
        max_leverage=Decimal(dice.one_of(("1", "3", "5", "10", "2.5"))),
        max_daily_loss_fraction=dice.amount(2, 10, "0.02"),
        max_drawdown_fraction=dice.amount(4, 10, "0.05"),
        minimum_reward_risk=dice.amount(0, 6, "0.25"),
        liquidation_stop_distances=dice.amount(0, 60, "0.5"),
        max_entries_per_day=dice.whole(8, 30),
        cooldown_after_stop=timedelta(minutes=dice.whole(0, 12) * 10),
        cooldown_scope=dice.one_of(tuple(CooldownScope)),
        stop_guard_stops=dice.whole(0, 4),
        stop_guard_window=timedelta(hours=dice.whole(1, 24)),
        losing_symbol_trades=dice.whole(0, 4),
        losing_symbol_window=timedelta(hours=dice.whole(1, 24)),
        max_symbol_loss_fraction=dice.amount(1, 20, "0.005"),
        symbol_groups=(GROUP,) if dice.happens(0.5) else (),
        max_funding_risk_fraction=dice.amount(0, 10, "0.1"),
        assumed_horizon=timedelta(hours=dice.whole(1, 48)),
        minimum_volatility_fraction=dice.amount(0, 2, "0.0005"),
        maximum_volatility_fraction=dice.amount(2, 20, "0.01"),
        max_imminent_funding_fraction=dice.amount(0, 8, "0.0001"),
        minimum_stop_atr=dice.amount(0, 6, "0.25"),
    )


def _costs(dice: Dice) -> Costs:
    return Costs(dice.amount(0, 10, "0.0001"), dice.amount(0, 5, "1"), dice.amount(0, 10, "1"))


def _signal(dice: Dice, instrument: Instrument) -> Signal:
    direction, tick = dice.one_of(tuple(Direction)), instrument.tick_size
    entry = dice.whole(2_000, 60_000)
    stop = dice.whole(1, entry // dice.one_of((5, 20, 40)))
    target = dice.whole(stop, min(6 * stop, entry - 1))
    return Signal(
        symbol=SYMBOLS[0],
        direction=direction,
        entry_price=entry * tick,
        stop_loss=(entry - direction.sign * stop) * tick,
        take_profit=(entry + direction.sign * target) * tick,
        spread_bps=dice.amount(0, 18, "0.5"),
        created_at=NOW,
        analyst="someone 1",
        conditions=_conditions(dice, entry * tick) if dice.happens(0.8) else None,
    )


def _conditions(dice: Dice, price: Decimal) -> Conditions:
    hours = dice.one_of((1, 4, 8))
    return Conditions(
        dice.amount(-12, 12, "0.0001"),
        NOW + timedelta(minutes=dice.whole(-20, 300)),
        timedelta(hours=hours),
        horizon=timedelta(hours=dice.whole(1, 48)) if dice.happens(0.7) else None,
        atr_fraction=dice.amount(0, 60, "0.0005") if dice.happens(0.7) else None,
        swing=price * dice.amount(95, 105, "0.01") if dice.happens(0.5) else None,
    )


def _account(dice: Dice) -> tuple[AccountState, tuple[EndedTrade, ...]]:
    equity = dice.amount(1, 400, "50")
    held = tuple(
        Reservation(symbol, dice.amount(1, 40, "0.025") * equity, Decimal(5))
        for symbol in SYMBOLS
        if dice.happens(0.15)
    )
    trades = _trades(dice, equity)
    state = builders.account(
        equity_usdt=equity,
        available_usdt=dice.amount(0, 20, "0.05") * equity,
        day_start_equity_usdt=equity
        * Decimal(dice.one_of(("1", "1", "0.9", "1.02", "1.04", "1.25"))),
        balance_read_at=NOW,
        reservations=held,
        high_water_mark=Baseline(equity * dice.amount(8, 14, "0.1"))
        if dice.happens(0.6)
        else None,
        recent_trades=trades,
        entries_today=dice.whole(0, 12),
    )
    return state, trades


def _trades(dice: Dice, equity: Decimal) -> tuple[EndedTrade, ...]:
    """In the order of their closing; no two at once, where the order would be anybody's."""
    minutes = sorted({dice.whole(0, 144) * 10 for _ in range(dice.whole(0, 5))}, reverse=True)
    return tuple(
        EndedTrade(
            dice.one_of(SYMBOLS),
            NOW - timedelta(minutes=minute),
            dice.amount(-8, 6, "0.0025") * equity,
            dice.happens(0.3),
        )
        for minute in minutes
    )


def _entry(signal: Signal) -> EntryNumbers:
    return EntryNumbers(
        0,
        NOW_MS,
        signal.direction.sign,
        float(signal.entry_price),
        float(signal.stop_loss),
        float(signal.take_profit),
        float(signal.spread_bps),
    )


def _condition_numbers(told: Conditions | None) -> ConditionNumbers:
    if told is None:
        return ConditionNumbers(0.0, 0, 0, 0, float("nan"), float("nan"))
    return ConditionNumbers(
        float(told.funding_rate),
        int(told.next_funding_at.timestamp() * 1000),
        told.funding_interval // timedelta(milliseconds=1),
        0 if told.horizon is None else told.horizon // timedelta(milliseconds=1),
        float("nan") if told.atr_fraction is None else float(told.atr_fraction),
        float("nan") if told.swing is None else float(told.swing),
    )


def _holdings(account: AccountState, limits: RiskLimits) -> AccountNumbers:
    highest = account.high_water_mark
    group = account.group_exposure_usdt(GROUP) if limits.symbol_groups else -np.inf
    return AccountNumbers(
        float(account.equity_usdt),
        float(account.free_margin_usdt),
        float(account.day_start_equity_usdt),
        0.0 if highest is None else float(highest.equity_usdt),
        account.open_count,
        account.entries_today,
        float(account.exposure_usdt),
        float(group),
        account.holds(SYMBOLS[0]),
    )


def _columns(trades: tuple[EndedTrade, ...]) -> RecentTrades:
    return RecentTrades(
        np.array([int(trade.closed_at.timestamp() * 1000) for trade in trades], np.int64),
        np.array([SYMBOLS.index(trade.symbol) for trade in trades], np.int64),
        np.array([float(trade.pnl_usdt) for trade in trades], np.float64),
        np.array([trade.was_stopped for trade in trades], np.int64),
        len(trades),
    )
