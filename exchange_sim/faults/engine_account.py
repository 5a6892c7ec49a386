"""What happens to accounts behind a client's back: stops, positions, wallet (spec 7)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from exchange_sim.engine.exchange import Exchange
from exchange_sim.engine.requests import (
    LeverageRequest,
    ModeRequest,
    OrderRequest,
    TradingStopRequest,
)
from exchange_sim.engine.vocabulary import OrderType, PositionMode, Side
from exchange_sim.engine.wire_fields import Json
from exchange_sim.faults.engine_targets import (
    Held,
    accounts_of,
    for_each,
    positions_of,
    symbols_of,
)
from exchange_sim.faults.injection import Activation
from exchange_sim.faults.switchboard import Effect
from exchange_sim.market.feed import Market

_NO_POSITION = "no open position matches"
_NO_ACCOUNT = "no account matches"


def account_effects(exchange: Exchange, market: Market) -> Mapping[str, Effect]:
    """The effect of every fault of this file, by name."""
    acts = _AccountFaults(exchange, market)
    return {
        "tpsl.vanish": Effect(acts.vanish_stops),
        "pos.liquidate": Effect(acts.liquidate),
        "pos.adl": Effect(acts.deleverage),
        "pos.external_close": Effect(acts.close),
        "pos.external_open": Effect(acts.open),
        "pos.external_sl_move": Effect(acts.move_stops),
        "pos.mode_switched": Effect(acts.switch_mode),
        "pos.leverage_changed": Effect(acts.change_leverage),
        "pos.reduce_only_flag": Effect(acts.flag, acts.unflag),
        "pos.risk_limit_lowered": Effect(acts.lower_limits, acts.restore_limits),
        "wallet.transfer": Effect(acts.transfer),
        "wallet.bonus": Effect(acts.grant_bonus),
        "wallet.fee_change": Effect(acts.change_fees),
    }


@dataclass(frozen=True, slots=True)
class _AccountFaults:
    """One method per fault; each returns what it did in words."""

    exchange: Exchange
    market: Market

    def vanish_stops(self, activation: Activation) -> str:
        """Cancel the stops of the positions that have one."""
        return self._to_positions(activation, "vanish_stop", only=self._has_stop)

    def liquidate(self, activation: Activation) -> str:
        """Take the positions over."""
        return self._to_positions(activation, "liquidate")

    def deleverage(self, activation: Activation) -> str:
        """Close a fraction of the positions."""
        fraction = format(activation.number("fraction"), "f")
        return self._to_positions(activation, "deleverage", {"fraction": fraction})

    def close(self, activation: Activation) -> str:
        """Close the positions, or `qty` of each, by an order without a link id."""
        wanted = activation.number("qty")

        def act(held: Held) -> str:
            position = held.position
            assert position.side is not None
            request = OrderRequest(
                symbol=position.symbol,
                side=position.side.opposite,
                order_type=OrderType.MARKET,
                quantity=min(wanted or position.size, position.size),
                position_idx=position.position_idx,
                reduce_only=True,
            )
            order = self.exchange.create_order(held.account, request)
            return f"{held.account} closed {order.filled_quantity} {position.symbol}"

        return for_each(positions_of(self.exchange, activation), act, _NO_POSITION)

    def open(self, activation: Activation) -> str:
        """Open a position by a market order without a link id."""
        symbols = symbols_of(self.market, activation)
        symbol = activation.text("symbol") or (symbols[0] if symbols else "")
        side = Side(activation.text("side"))

        def act(account: str) -> str:
            one_way = self.exchange.position_mode(account, symbol) is PositionMode.ONE_WAY
            request = OrderRequest(
                symbol=symbol,
                side=side,
                order_type=OrderType.MARKET,
                quantity=activation.number("qty") or self._small(symbol),
                position_idx=0 if one_way else 1 if side is Side.BUY else 2,
                stop_loss=activation.number("stop_loss") or None,
            )
            order = self.exchange.create_order(account, request)
            return f"{account} opened {order.filled_quantity} {symbol}"

        return for_each(accounts_of(self.exchange, activation), act, _NO_ACCOUNT)

    def move_stops(self, activation: Activation) -> str:
        """Set the stop of the positions anew."""

        def act(held: Held) -> str:
            price = activation.number("stop_loss") or self._stop_at(held, activation)
            request = TradingStopRequest(
                symbol=held.position.symbol,
                position_idx=held.position.position_idx,
                stop_loss=price,
            )
            self.exchange.set_trading_stop(held.account, request)
            return f"{held.account} moved the stop of {held.position.symbol} to {price}"

        return for_each(positions_of(self.exchange, activation), act, _NO_POSITION)

    def switch_mode(self, activation: Activation) -> str:
        """Switch the mode of every idle symbol."""
        mode = PositionMode(activation.whole("mode"))

        def act(account: str) -> str:
            self.exchange.switch_mode(account, ModeRequest(mode=mode, coin="USDT"))
            return f"{account} is in mode {mode.value}"

        return for_each(accounts_of(self.exchange, activation), act, _NO_ACCOUNT)

    def change_leverage(self, activation: Activation) -> str:
        """Change the leverage of the symbols held, or of all that match where nothing is."""
        leverage = activation.number("leverage")
        held = [(one.account, one.position.symbol) for one in self._held(activation)]
        targets = held or [
            (account, symbol)
            for account in accounts_of(self.exchange, activation)
            for symbol in symbols_of(self.market, activation)
        ]

        def act(target: tuple[str, str]) -> str:
            account, symbol = target
            request = LeverageRequest(symbol=symbol, buy=leverage, sell=leverage)
            self.exchange.set_leverage(account, request)
            return f"{account} has leverage {leverage} in {symbol}"

        return for_each(dict.fromkeys(targets), act, _NO_ACCOUNT)

    def flag(self, activation: Activation) -> str:
        """Let the accounts only reduce."""
        return self._to_symbols(activation, "reduce_only", {"on": True})

    def unflag(self, activation: Activation) -> None:
        """Let them open again."""
        self._to_symbols(activation, "reduce_only", {"on": False})

    def lower_limits(self, activation: Activation) -> str:
        """Lower the risk limits of the accounts."""
        fraction = format(activation.number("fraction"), "f")
        return self._to_symbols(activation, "risk_limit", {"fraction": fraction})

    def restore_limits(self, activation: Activation) -> None:
        """Give them the limits everybody has."""
        self._to_symbols(activation, "risk_limit", {"fraction": "1"})

    def transfer(self, activation: Activation) -> str:
        """Pay in, or take out what can be taken."""
        amount = activation.number("amount")

        def act(account: str) -> str:
            if amount > 0:
                return f"{account} has {self.exchange.deposit(account, amount).balance}"
            wallet = self.exchange.wallet(account)
            most = min(wallet.available, wallet.balance).quantize(Decimal("1e-8"), ROUND_DOWN)
            return f"{account} has {self.exchange.withdraw(account, min(-amount, most)).balance}"

        return for_each(accounts_of(self.exchange, activation), act, _NO_ACCOUNT)

    def grant_bonus(self, activation: Activation) -> str:
        """Give a bonus."""
        return self._to_accounts(activation, "bonus", ("amount",))

    def change_fees(self, activation: Activation) -> str:
        """Charge other fees."""
        return self._to_accounts(activation, "fees", ("maker", "taker"))

    def _held(self, activation: Activation) -> list[Held]:
        return list(positions_of(self.exchange, activation))

    def _has_stop(self, held: Held) -> bool:
        return any(
            order.is_waiting
            and order.stop_order_type.limits_loss
            and order.position_idx == held.position.position_idx
            for order in self.exchange.open_orders(held.account, held.position.symbol)
        )

    def _small(self, symbol: str) -> Decimal:
        """A quantity worth at least twice the smallest order."""
        rules = self.market.instrument(symbol)
        price = self.market.tick_at(symbol, self.exchange.now_ms).last
        steps = -(-(2 * rules.min_notional / price) // rules.qty_step)
        return max(rules.min_qty, steps * rules.qty_step)

    def _stop_at(self, held: Held, activation: Activation) -> Decimal:
        position = held.position
        assert position.side is not None
        tick = self.market.instrument(position.symbol).tick_size
        last = self.market.tick_at(position.symbol, self.exchange.now_ms).last
        exact = last * (1 - position.side.sign * activation.number("bps") / 10_000)
        return exact // tick * tick

    def _to_positions(
        self,
        activation: Activation,
        name: str,
        params: Mapping[str, Json] | None = None,
        only: Callable[[Held], bool] = lambda _: True,
    ) -> str:
        def act(held: Held) -> str:
            position = held.position
            where: dict[str, Json] = {
                "symbol": position.symbol,
                "positionIdx": position.position_idx,
            }
            self.exchange.intervene(held.account, name, {**where, **(params or {})})
            return f"{name} {held.account} {position.symbol}"

        return for_each(filter(only, self._held(activation)), act, _NO_POSITION)

    def _to_symbols(self, activation: Activation, name: str, params: Mapping[str, Json]) -> str:
        targets = [
            (account, symbol)
            for account in accounts_of(self.exchange, activation)
            for symbol in symbols_of(self.market, activation)
        ]

        def act(target: tuple[str, str]) -> str:
            account, symbol = target
            self.exchange.intervene(account, name, {"symbol": symbol, **params})
            return f"{name} {account} {symbol}"

        return for_each(targets, act, _NO_ACCOUNT)

    def _to_accounts(self, activation: Activation, name: str, wanted: tuple[str, ...]) -> str:
        params = {one: format(activation.number(one), "f") for one in wanted}

        def act(account: str) -> str:
            self.exchange.intervene(account, name, params)
            return f"{name} {account}"

        return for_each(accounts_of(self.exchange, activation), act, _NO_ACCOUNT)
