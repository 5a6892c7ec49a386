"""The engine once more in plain Python: slow, without fast paths, to be compared with the kernel.

It looks at every symbol in every bar and keeps everything in dictionaries. What it must agree on
with the kernel is the order of things told in `trading.backtest.kernel`.
"""

import math
from dataclasses import dataclass, field

from trading.backtest.account_rules import Protections
from trading.backtest.exit_rules import GainUnit, InsideBar, Opposite, TargetGap
from trading.backtest.market import Filters, Market
from trading.backtest.records import ExitReason
from trading.backtest.rules import Quote, Rules
from trading.backtest.signals import Signals
from trading.limits import CooldownScope

DAY_MS = 86_400_000
STOPS = {ExitReason.STOP, ExitReason.TRAILING, ExitReason.BREAK_EVEN, ExitReason.LIQUIDATION}


@dataclass
class TwinTrade:
    symbol: int
    side: int
    entry_bar: int
    quantity: float
    entry_price: float
    fees: float
    risk: float
    exit_bar: int = -1
    exit_ms: int = 0
    gross: float = 0.0
    funding: float = 0.0
    exit_value: float = 0.0
    reason: ExitReason = ExitReason.OPEN_AT_END
    is_ambiguous: bool = False

    @property
    def net(self) -> float:
        return self.gross - self.fees + self.funding


@dataclass
class Holding:
    side: int
    quantity: float
    leverage: float
    stop: float
    target: float
    until_ms: float
    limit: float = math.nan
    price: float = 0.0
    mark: float = 0.0
    best: float = 0.0
    unit: float = 0.0
    ordered: float = 0.0
    liquidation: float = 0.0
    stop_reason: ExitReason = ExitReason.STOP
    partials: list[tuple[float, float]] = field(default_factory=list)
    trade: TwinTrade | None = None
    is_fresh: bool = False


def rounded(value: float, grid: float, *, up: bool) -> float:
    if grid == 0 or math.isnan(value):
        return value
    steps = value / grid
    near = round(steps)
    if abs(steps - near) > 1e-9:
        near = math.ceil(steps) if up else math.floor(steps)
    return near * grid


class Twin:
    """One run; `equity` has one number per bar, `trades` are in the order of their entries."""

    def __init__(self, market: Market, signals: list[Signals], rules: Rules) -> None:
        self.market, self.rules = market, rules
        self.signals = {market.symbols.index(one.symbol): one for one in signals}
        self.own_bar = [
            {int(bar): own for own, bar in enumerate(places)} for places in market.places
        ]
        self.wallet = self.last_equity = self.high = rules.account.initial_equity_usdt
        self.day_start, self.day, self.entries_today = self.wallet, 0, 0
        self.held: dict[int, Holding] = {}
        self.trades: list[TwinTrade] = []
        self.ended: list[TwinTrade] = []
        self.equity: list[float] = []
        self.exposure: list[float] = []
        self.refused: dict[str, int] = {}
        self.brake: ExitReason | None = None
        self.closing: ExitReason | None = None
        self.funded_until = -1

    def run(self) -> "Twin":
        for bar in range(len(self.market)):
            self.at_open(bar)
            for symbol in sorted(self.held):
                self.inside(symbol, bar)
            self.at_close(bar)
        for symbol in sorted(self.held):
            self.value_at_end(self.held[symbol])
        return self

    def value_at_end(self, held: Holding) -> None:
        if (trade := held.trade) is None:
            return
        trade.exit_bar, trade.exit_ms = len(self.market) - 1, int(self.market.at_ms[-1])
        trade.gross += held.side * held.quantity * (held.mark - held.price)
        trade.exit_value += held.quantity * held.mark
        trade.reason = ExitReason.OPEN_AT_END

    # At the open

    def at_open(self, bar: int) -> None:  # noqa: C901 - the order of things, in one place
        now = int(self.market.opened_ms[bar])
        self.fund(bar, now)
        if now // DAY_MS != self.day:
            self.day, self.day_start, self.entries_today = now // DAY_MS, self.last_equity, 0
            if self.brake is ExitReason.DAILY_LOSS:
                self.brake = None
        if self.closing is not None:
            for symbol in sorted(self.held):
                self.leave_at_open(symbol, bar, self.closing)
            if not self.held:
                self.closing = None
        orders = [s for s in sorted(self.signals) if self.order(s, bar) is not None]
        closed_only = {symbol for symbol in orders if self.exit_by_signal(symbol, bar)}
        for symbol in sorted(self.held):
            if now >= self.held[symbol].until_ms:
                if self.held[symbol].trade is None:
                    self.refuse("backtest.limit_not_filled")
                self.leave_at_open(symbol, bar, ExitReason.TIME)
        for symbol in orders:
            if symbol not in closed_only:
                self.consider(symbol, bar)

    def order(self, symbol: int, bar: int) -> int | None:
        """The bar of the signal that acts now."""
        own = self.own_bar[symbol].get(bar)
        if own is None or own == 0:
            return None
        one = self.signals[symbol]
        wished = one.side[own - 1] != 0 or (one.close is not None and one.close[own - 1])
        return own - 1 if wished else None

    def fund(self, bar: int, now: int) -> None:
        events = []
        for symbol, name in enumerate(self.market.symbols):
            if name in self.market.funding:
                funding = self.market.funding[name]
                events += [
                    (int(at), symbol, float(rate))
                    for at, rate in zip(funding.at_ms, funding.rate, strict=True)
                    if self.funded_until < at <= now
                ]
        self.funded_until = now
        for at, symbol, rate in sorted(events):
            held = self.held.get(symbol)
            if held is None or held.trade is None:
                continue
            price = self.open_of(symbol, bar) if at == now else held.mark
            received = -held.side * held.quantity * price * rate
            self.wallet += received
            held.trade.funding += received

    def open_of(self, symbol: int, bar: int) -> float:
        price = float(self.market.grid.open[bar, symbol])
        return self.held[symbol].mark if math.isnan(price) else price

    def exit_by_signal(self, symbol: int, bar: int) -> bool:
        """True if the order has done all it is to do."""
        own = self.order(symbol, bar)
        one, held = self.signals[symbol], self.held.get(symbol)
        assert own is not None
        side = int(one.side[own])
        must_close = one.close is not None and bool(one.close[own])
        if held is not None and held.trade is None:
            self.refuse("backtest.limit_not_filled")
            del self.held[symbol]
            held = None
        if held is None:
            return side == 0
        if must_close:
            self.leave_at_open(symbol, bar, ExitReason.SIGNAL)
        elif side * held.side < 0 and self.rules.exits.opposite is Opposite.REVERSE:
            self.leave_at_open(symbol, bar, ExitReason.REVERSED)
        elif side * held.side < 0 and self.rules.exits.opposite is Opposite.CLOSE:
            self.leave_at_open(symbol, bar, ExitReason.SIGNAL)
            return True
        return side == 0

    def leave_at_open(self, symbol: int, bar: int, reason: ExitReason) -> None:
        held, price = self.held[symbol], float(self.market.grid.open[bar, symbol])
        if held.trade is None:
            del self.held[symbol]
            return
        if math.isnan(price):
            return
        now = int(self.market.opened_ms[bar])
        if held.side * (price - held.liquidation) <= 0:
            self.liquidate(symbol, bar, now)
        else:
            self.leave(symbol, held.quantity, self.slipped(symbol, price), bar, now, reason)

    # Entries

    def consider(self, symbol: int, bar: int) -> None:
        own = self.order(symbol, bar)
        assert own is not None
        if symbol in self.held:
            self.refuse("risk.position_already_open")
            return
        one, rules = self.signals[symbol], self.rules
        side = int(one.side[own])
        limit = math.nan if one.limit is None else float(one.limit[own])
        quote = float(self.market.grid.open[bar, symbol])
        if rules.sizing.quoted_at is Quote.LAST_CLOSE:
            quote = float(self.market.series[symbol].close[own])
        filled = self.entry_fill(symbol, side, quote)
        quote = self.book_price(symbol, side, quote)
        if not math.isnan(limit):
            quote = filled = limit
        stop = math.nan if one.stop is None else float(one.stop[own])
        target = math.nan if one.target is None else float(one.target[own])
        tick = self.filters(symbol).tick_size
        if math.isnan(stop) and rules.exits.stop_fraction is not None:
            stop = rounded(filled * (1 - side * rules.exits.stop_fraction), tick, up=side < 0)
        if math.isnan(target) and rules.exits.target is not None:
            unit = abs(filled - stop) if rules.exits.gains_in is GainUnit.R else filled
            target = rounded(filled + side * rules.exits.target * unit, tick, up=side < 0)
        size = math.nan if one.size is None else float(one.size[own])
        code = self.wrong_levels(side, quote, stop, target)
        quantity, leverage = 0.0, 0.0
        if not code:
            code, quantity, leverage = self.sized(symbol, side, quote, stop, size, bar)
        price = self.entry_fill(symbol, side, float(self.market.grid.open[bar, symbol]))
        if not code and math.isnan(limit):
            code = self.wrong_levels(side, price, stop, target)
        if code:
            self.refuse(code)
            return
        now = int(self.market.opened_ms[bar])
        self.entries_today += 1
        expires = now + rules.limit_valid_bars * self.market.interval_ms
        held = Holding(side, quantity, leverage, stop, target, expires, limit)
        held.ordered = quantity
        held.price = held.mark = quote
        self.held[symbol] = held
        if math.isnan(limit):
            self.fill(symbol, price, rules.costs.taker_fraction, bar, now)

    def wrong_levels(self, side: int, price: float, stop: float, target: float) -> str:
        rules = self.rules
        in_r = rules.exits.gains_in is GainUnit.R
        if math.isnan(stop):
            if rules.sizing.risk_fraction is not None or in_r:
                return "backtest.stop_missing"
        elif side * (price - stop) <= 0:
            return "signal.stop_on_wrong_side"
        return "signal.target_distance" if side * (target - price) <= 0 else ""

    def sized(  # noqa: C901, PLR0911 - every limit in the order it is asked
        self, symbol: int, side: int, quote: float, stop: float, size: float, bar: int
    ) -> tuple[str, float, float]:
        account, sizing, costs = self.rules.account, self.rules.sizing, self.rules.costs
        equity, exposure, margin = self.wallet, 0.0, 0.0
        for other, held in self.held.items():
            price = held.price if held.trade is None else self.open_of(other, bar)
            if held.trade is not None:
                equity += held.side * held.quantity * (price - held.price)
            exposure += held.quantity * price
            margin += held.quantity * held.price / held.leverage
        if equity <= 0:
            return "backtest.ruined", 0.0, 0.0
        if self.brake is not None:
            names = {
                ExitReason.DAILY_LOSS: "risk.daily_loss",
                ExitReason.DRAWDOWN: "risk.drawdown",
            }
            return names[self.brake], 0.0, 0.0
        filters = self.filters(symbol)
        smallest = max(filters.minimum_quantity * quote, filters.minimum_notional_usdt)
        code = self.account_refusal(equity) or self.recent_refusal(symbol, equity, bar)
        code = code or self.capacity_refusal(smallest, equity, exposure)
        if code:
            return code, 0.0, 0.0
        amount = sizing.amount if math.isnan(size) else size
        taker, entry_slip = costs.taker_fraction, costs.entry_slippage_bps / 1e4
        bought = quote * (1 + side * entry_slip)
        sold = stop * (1 - side * costs.exit_slippage_bps / 1e4)
        loss = (bought + sold) * taker - side * (sold - bought)
        wanted = {
            "equity_fraction": lambda: amount * equity / quote,
            "risk_fraction": lambda: amount * equity / loss,
            "notional_usdt": lambda: amount / quote,
            "quantity": lambda: amount,
        }[["equity_fraction", "risk_fraction", "notional_usdt", "quantity"][sizing.kind]]()
        leverage = min(account.leverage, filters.maximum_leverage)
        free = min(self.wallet, equity) - margin
        balance = free / ((1 + entry_slip) * (1 / leverage + 2 * taker))
        if balance <= 0 or balance < smallest:
            return "risk.available_balance", 0.0, 0.0
        rooms = [balance]
        if account.max_symbol_exposure_fraction is not None:
            rooms.append(equity * account.max_symbol_exposure_fraction)
        if account.max_total_exposure_fraction is not None:
            rooms.append(equity * account.max_total_exposure_fraction - exposure)
        quantity = min(wanted, min(rooms) / quote, filters.maximum_quantity)
        quantity = rounded(quantity, filters.quantity_step, up=False)
        if quantity <= 0 or quantity < filters.minimum_quantity * (1 - 1e-10):
            return "risk.minimum_quantity", 0.0, 0.0
        if quantity * quote < filters.minimum_notional_usdt * (1 - 1e-10):
            return "risk.minimum_notional", 0.0, 0.0
        return "", quantity, leverage

    def account_refusal(self, equity: float) -> str:
        account = self.rules.account
        daily, deepest = account.max_daily_loss_fraction, account.max_drawdown_fraction
        if daily is not None and equity <= self.day_start * (1 - daily):
            return "risk.daily_loss"
        if deepest is not None and self.high > equity and equity <= self.high * (1 - deepest):
            return "risk.drawdown"
        return ""

    def recent_refusal(self, symbol: int, equity: float, bar: int) -> str:
        kept, now = self.rules.account.protections, int(self.market.opened_ms[bar])
        if kept is None:
            return ""
        by_any = kept.cooldown_scope is CooldownScope.ACCOUNT
        pause = kept.cooldown_after_stop.total_seconds() * 1000
        if any(
            trade.reason in STOPS and (by_any or trade.symbol == symbol)
            for trade in self.younger(now - pause)
        ):
            return "risk.cooldown_after_stop"
        window = kept.stop_guard_window.total_seconds() * 1000
        stops = sum(trade.reason in STOPS for trade in self.younger(now - window))
        if 0 < kept.stop_guard_stops <= stops:
            return "risk.stop_loss_guard"
        return self.losing_refusal(symbol, equity, now, kept)

    def losing_refusal(self, symbol: int, equity: float, now: int, kept: Protections) -> str:
        window = kept.losing_symbol_window.total_seconds() * 1000
        own = [trade for trade in self.younger(now - window) if trade.symbol == symbol]
        newest = own[-kept.losing_symbol_trades :] if kept.losing_symbol_trades else []
        is_streak = 0 < kept.losing_symbol_trades == len(newest)
        if is_streak and all(trade.net < 0 for trade in newest):
            return "risk.losing_symbol"
        net, most = sum(trade.net for trade in own), kept.max_symbol_loss_fraction
        is_costly = most is not None and net < 0 and -net >= equity * most
        return "risk.losing_symbol" if is_costly else ""

    def younger(self, since: float) -> list[TwinTrade]:
        return [trade for trade in self.ended if trade.exit_ms > since]

    def capacity_refusal(self, smallest: float, equity: float, exposure: float) -> str:
        account = self.rules.account
        if account.max_open_positions is not None and len(self.held) >= account.max_open_positions:
            return "risk.max_open_positions"
        if self.entries_today >= (account.max_entries_per_day or math.inf):
            return "risk.entries_per_day"
        symbol_limit, total_limit = (
            account.max_symbol_exposure_fraction,
            account.max_total_exposure_fraction,
        )
        if symbol_limit is not None and smallest > equity * symbol_limit * (1 + 1e-10):
            return "risk.symbol_exposure"
        if total_limit is not None and exposure + smallest > equity * total_limit * (1 + 1e-10):
            return "risk.total_exposure"
        return ""

    def fill(self, symbol: int, price: float, fee_fraction: float, bar: int, now: int) -> None:
        held, exits = self.held[symbol], self.rules.exits
        costs = self.rules.costs
        held.price = held.mark = held.best = price
        held.unit = abs(price - held.stop) if exits.gains_in is GainUnit.R else price
        longest = exits.held_at_most
        held.until_ms = math.inf if longest is None else now + longest.total_seconds() * 1000
        room = 1 / held.leverage - self.rules.account.maintenance_fraction
        held.liquidation = price * (1 - held.side * room)
        held.partials = [(part.gain, part.portion) for part in exits.partials]
        fee = held.quantity * price * fee_fraction
        self.wallet -= fee
        sold = held.stop * (1 - held.side * costs.exit_slippage_bps / 1e4)
        loss = (price + sold) * costs.taker_fraction - held.side * (sold - price)
        risk = held.quantity * loss
        trade = TwinTrade(symbol, held.side, bar, held.quantity, price, fee, risk)
        held.trade = trade
        self.trades.append(trade)

    # Inside a bar

    def inside(self, symbol: int, bar: int) -> None:
        name, grid = self.market.symbols[symbol], self.market.grid
        start, length = int(self.market.opened_ms[bar]), self.market.interval_ms
        coarse = tuple(
            float(getattr(grid, n)[bar, symbol]) for n in ("open", "high", "low", "close")
        )
        if math.isnan(coarse[0]):
            return
        candles = [(start, length, coarse)]
        if name in self.market.finer:
            fine = self.market.finer[name]
            inner = [
                (
                    int(fine.opened_ms[row]),
                    fine.interval_ms,
                    (fine.open[row], fine.high[row], fine.low[row], fine.close[row]),
                )
                for row in range(len(fine))
                if start <= fine.opened_ms[row] < start + length
            ]
            if len(inner) == length // fine.interval_ms:
                candles = inner
        for opened, lasts, prices in candles:
            if symbol in self.held:
                self.candle(symbol, bar, opened, opened + lasts, prices)

    def candle(
        self, symbol: int, bar: int, opened: int, closed: int, prices: tuple[float, ...]
    ) -> None:
        opening, high, low, close = prices
        held = self.held[symbol]
        side = held.side
        adverse, favourable = (low, high) if side > 0 else (high, low)
        if held.trade is None:
            self.try_limit(symbol, bar, opened, closed, opening, adverse)
            if held.trade is None:
                return
        if held.is_fresh:
            held.is_fresh = False
            favourable = max(held.price, close) if side > 0 else min(held.price, close)
        else:
            self.gap(symbol, bar, opened, opening)
        if symbol not in self.held:
            return
        self.levels(symbol, bar, closed, adverse, favourable, self.is_target_first(side, prices))
        if symbol in self.held:
            self.follow(symbol, bar, closed, favourable, close)

    def try_limit(
        self, symbol: int, bar: int, opened: int, closed: int, opening: float, adverse: float
    ) -> None:
        held, costs = self.held[symbol], self.rules.costs
        tick = self.filters(symbol).tick_size

        def is_through(price: float) -> bool:
            beyond = held.side * (held.limit - price)
            return beyond >= tick * (1 - 1e-9) if tick else beyond > 0

        if is_through(opening):
            slipped = opening * (1 + held.side * costs.entry_slippage_bps / 1e4)
            price = min(slipped, held.limit) if held.side > 0 else max(slipped, held.limit)
            self.fill(symbol, price, costs.taker_fraction, bar, opened)
        elif is_through(adverse):
            self.fill(symbol, held.limit, costs.maker_fraction, bar, closed)
            held.is_fresh = True

    def gap(self, symbol: int, bar: int, now: int, opening: float) -> None:
        held = self.held[symbol]
        if held.side * (opening - held.liquidation) <= 0:
            self.liquidate(symbol, bar, now)
        elif held.side * (opening - held.stop) <= 0:
            price = self.slipped(symbol, opening)
            self.leave(symbol, held.quantity, price, bar, now, held.stop_reason)
        else:
            at_target = self.rules.exits.target_gap is TargetGap.TARGET
            self.take(symbol, bar, now, opening, None if at_target else opening)

    def is_target_first(self, side: int, prices: tuple[float, ...]) -> bool:
        rule = self.rules.exits.inside_bar
        if rule is not InsideBar.NEARER_FIRST:
            return rule is InsideBar.TARGET_FIRST
        opening, high, low, close = prices
        up, down = high - opening, opening - low
        nearer = high if up < down or (up == down and close < opening) else low
        return nearer == (high if side > 0 else low)

    def levels(
        self, symbol: int, bar: int, now: int, adverse: float, favourable: float, first: bool
    ) -> None:
        held, side = self.held[symbol], self.held[symbol].side
        hits_stop = side * (adverse - held.stop) <= 0
        hits_liquidation = side * (adverse - held.liquidation) <= 0
        is_taken = side * (favourable - self.next_take(held)) >= 0
        assert held.trade is not None
        if (hits_stop or hits_liquidation) and is_taken:
            held.trade.is_ambiguous = True
        if is_taken and (first or not (hits_stop or hits_liquidation)):
            self.take(symbol, bar, now, favourable, None)
        if symbol not in self.held or not (hits_stop or hits_liquidation):
            return
        if hits_stop and side * (held.stop - held.liquidation) >= 0:
            price = self.slipped(symbol, held.stop)
            self.leave(symbol, held.quantity, price, bar, now, held.stop_reason)
        else:
            self.liquidate(symbol, bar, now)

    def next_take(self, held: Holding) -> float:
        levels = [] if math.isnan(held.target) else [held.target]
        if held.partials:
            levels.append(held.price + held.side * held.partials[0][0] * held.unit)
        if not levels:
            return held.side * math.inf
        return min(levels) if held.side > 0 else max(levels)

    def take(self, symbol: int, bar: int, now: int, reached: float, at: float | None) -> None:
        costs = self.rules.costs
        while symbol in self.held:
            held = self.held[symbol]
            level = self.next_take(held)
            if held.side * (reached - level) < 0:
                return
            quantity = held.quantity
            if level != held.target:
                filters = self.filters(symbol)
                quantity = min(held.partials.pop(0)[1] * held.ordered, held.quantity)
                quantity = min(rounded(quantity, filters.quantity_step, up=False), held.quantity)
                if held.quantity - quantity < filters.minimum_quantity:
                    quantity = held.quantity
            if quantity <= 0:
                continue
            price = level if at is None else at
            fee = costs.maker_fraction
            if not costs.target_is_maker:
                price, fee = self.slipped(symbol, price), costs.taker_fraction
            self.leave(symbol, quantity, price, bar, now, ExitReason.TARGET, fee)

    def follow(self, symbol: int, bar: int, now: int, favourable: float, close: float) -> None:
        held, exits, side = self.held[symbol], self.rules.exits, self.held[symbol].side
        tick, fee = self.filters(symbol).tick_size, side * self.rules.costs.taker_fraction
        held.best = max(held.best, favourable) if side > 0 else min(held.best, favourable)
        gain = side * (held.best - held.price)
        if exits.break_even_at is not None and gain >= exits.break_even_at * held.unit:
            level = rounded(held.price * (1 + fee) / (1 - fee), tick, up=side > 0)
            if side * (held.best - level) > 0:
                self.tighten(held, level, ExitReason.BREAK_EVEN)
        if exits.trailing_distance is not None and gain >= exits.trailing_from * held.unit:
            distance = exits.trailing_distance * held.unit
            level = held.best - side * max(distance, tick)
            if tick:
                level = round(level / tick) * tick
            self.tighten(held, level, ExitReason.TRAILING)
        if side * (close - held.stop) <= 0:
            price = self.slipped(symbol, held.stop)
            self.leave(symbol, held.quantity, price, bar, now, held.stop_reason)

    def tighten(self, held: Holding, level: float, reason: ExitReason) -> None:
        if math.isnan(held.stop) or held.side * (level - held.stop) > 0:
            held.stop, held.stop_reason = level, reason

    # Booking

    def liquidate(self, symbol: int, bar: int, now: int) -> None:
        held = self.held[symbol]
        price = held.price * (1 - held.side / held.leverage)
        self.leave(symbol, held.quantity, price, bar, now, ExitReason.LIQUIDATION)

    def leave(  # noqa: PLR0917 - one keyword per field
        self,
        symbol: int,
        quantity: float,
        price: float,
        bar: int,
        now: int,
        reason: ExitReason,
        fee_fraction: float | None = None,
    ) -> None:
        held = self.held[symbol]
        trade = held.trade
        assert trade is not None
        rate = self.rules.costs.taker_fraction if fee_fraction is None else fee_fraction
        gross = held.side * quantity * (price - held.price)
        fee = quantity * price * rate
        self.wallet += gross - fee
        trade.gross += gross
        trade.fees += fee
        trade.exit_value += quantity * price
        trade.reason = reason
        held.quantity -= quantity
        if held.quantity <= 1e-9 * held.ordered:
            trade.exit_bar, trade.exit_ms = bar, now
            self.ended.append(trade)
            del self.held[symbol]

    def at_close(self, bar: int) -> None:
        equity, notional = self.wallet, 0.0
        for symbol, held in self.held.items():
            close = float(self.market.grid.close[bar, symbol])
            held.mark = held.mark if math.isnan(close) else close
            if held.trade is not None:
                equity += held.side * held.quantity * (held.mark - held.price)
                notional += held.quantity * held.mark
        self.last_equity = equity
        self.equity.append(equity)
        self.exposure.append(notional / equity if equity > 0 else 0.0)
        self.judge(equity)

    def judge(self, equity: float) -> None:
        account = self.rules.account
        daily, deepest = account.max_daily_loss_fraction, account.max_drawdown_fraction
        if daily is None and deepest is None:
            return
        self.high = max(self.high, equity)
        reason = None
        if self.brake is ExitReason.DRAWDOWN:
            return
        if deepest is not None and self.high > equity <= self.high * (1 - deepest):
            reason = ExitReason.DRAWDOWN
        elif self.brake is None and daily is not None and equity <= self.day_start * (1 - daily):
            reason = ExitReason.DAILY_LOSS
        if reason is not None:
            self.brake = reason
            self.closing = reason if account.closes_on_brake else None

    def refuse(self, name: str) -> None:
        self.refused[name] = self.refused.get(name, 0) + 1

    def filters(self, symbol: int) -> Filters:
        return self.market.filters.get(self.market.symbols[symbol], Filters())

    def entry_fill(self, symbol: int, side: int, price: float) -> float:
        filled = self.book_price(symbol, side, price) * (
            1 + side * self.rules.costs.entry_slippage_bps / 1e4
        )
        return rounded(filled, self.filters(symbol).tick_size, up=side > 0)

    def book_price(self, symbol: int, side: int, price: float) -> float:
        tick, ticks = self.filters(symbol).tick_size, self.rules.costs.half_spread_ticks
        if not tick or not ticks:
            return price
        nearest = rounded(price, tick, up=side < 0)
        return rounded(nearest + side * ticks * tick + tick / 2, tick, up=False)

    def slipped(self, symbol: int, price: float) -> float:
        side, tick = self.held[symbol].side, self.filters(symbol).tick_size
        filled = self.book_price(symbol, -side, price) * (
            1 - side * self.rules.costs.exit_slippage_bps / 1e4
        )
        return rounded(filled, tick, up=side < 0)
