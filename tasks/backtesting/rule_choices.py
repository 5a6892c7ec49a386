"""How a backtest trades, as its owner writes it: one word per rule, checked, and storable."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trading.backtest.account_rules import AccountRules
from trading.backtest.exit_rules import ExitRules, GainUnit, Opposite, TargetGap
from trading.backtest.rules import SIZE_KINDS, CostRules, Quote, Rules, Sizing
from trading.errors import MisconfiguredError
from trading.limits import RiskPolicy


class Limits(StrEnum):
    """Whose limits hold."""

    OWN = "own"
    """Those that are written beside it; none that is not."""
    DESK = "desk"
    """Those of the live desk: sizes, leverage, exposure, brakes, protections of the settings.

    A limit that is written beside it takes the place of the desk's.
    """


_OF_THE_DESK = {
    "max_open": "max_open_positions",
    "max_symbol_exposure": "max_symbol_exposure_fraction",
    "max_total_exposure": "max_total_exposure_fraction",
    "max_entries_a_day": "max_entries_per_day",
    "max_daily_loss": "max_daily_loss_fraction",
    "max_drawdown": "max_drawdown_fraction",
}
"""The desk's own names of the limits that can be written."""

_DECIDED_BY_THE_DESK = ("sizing", "quoted_at", "leverage")
"""What the desk's review finds itself: no number could take its place."""


class RuleChoices(BaseModel):
    """Trading rules by name. Fractions are 0..1 (1 % is 0.01), None switches a rule off."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    sizing: str = Field(
        "equity_fraction:0.05",
        description="Size of an entry: equity_fraction, risk_fraction, notional_usdt or quantity, "
        "a colon and the number.",
    )
    quoted_at: Quote = Field(Quote.NEXT_OPEN, description="Price an entry is sized at.")
    limits: Limits = Field(Limits.OWN, description="Whose limits hold: own or desk.")
    stop: float | None = Field(None, gt=0, lt=1, description="Stop, a fraction of the entry.")
    target: float | None = Field(None, gt=0, description="Gain of the target, in gains_in.")
    gains_in: GainUnit = Field(GainUnit.FRACTION, description="Unit of gains: fraction or r.")
    trailing: float | None = Field(None, gt=0, description="Distance of the trailing stop.")
    trailing_from: float = Field(0.0, ge=0, description="Gain from which the stop trails.")
    break_even: float | None = Field(None, gt=0, description="Gain that brings the stop to cost.")
    hold_hours: float | None = Field(None, gt=0, description="Longest time in a trade, in hours.")
    opposite: Opposite = Field(
        Opposite.REVERSE, description="What an opposite signal does: reverse, close or keep."
    )
    target_gap: TargetGap = Field(
        TargetGap.OPEN, description="Where a target fills that the open jumped over."
    )
    limit_bars: int = Field(1, ge=1, description="Bars a limit entry rests.")
    maker_fraction: float = Field(0.0002, ge=-0.01, le=0.1, description="Fee of a resting order.")
    taker_fraction: float = Field(0.00055, ge=0, le=0.1, description="Fee of a market order.")
    entry_slippage_bps: float = Field(2.0, ge=0, lt=10_000, description="Slippage of an entry.")
    exit_slippage_bps: float = Field(5.0, ge=0, lt=10_000, description="Slippage of an exit.")
    target_is_maker: bool = Field(
        default=False, description="Whether a target rests in the book instead of being triggered."
    )
    equity_usdt: float = Field(10_000.0, gt=0, description="Equity at the start, in USDT.")
    leverage: float = Field(1.0, ge=1, le=200, description="Leverage of every position.")
    max_open: int | None = Field(None, ge=0, description="Positions open at once.")
    max_symbol_exposure: float | None = Field(
        None, gt=0, description="Notional of one symbol over the equity."
    )
    max_total_exposure: float | None = Field(
        None, gt=0, description="Notional of all symbols over the equity."
    )
    max_entries_a_day: int | None = Field(None, ge=0, description="Entries per day, in UTC.")
    max_daily_loss: float | None = Field(
        None, gt=0, le=1, description="Loss of a day that stops entries until the next."
    )
    max_drawdown: float | None = Field(
        None, gt=0, le=1, description="Fall from the highest equity that stops entries for good."
    )
    close_on_brake: bool = Field(
        default=True, description="Whether those two limits also close what is held."
    )

    @classmethod
    def read(cls, typed: Mapping[str, object]) -> "RuleChoices":
        """The rules from what was typed; what was not typed keeps its default.

        Raises:
            MisconfiguredError: there is no such rule, or its value is not allowed.
        """
        for name in typed:
            if name not in cls.model_fields:
                raise MisconfiguredError(_unknown(name, tuple(cls.model_fields)))
        try:
            choices = cls.model_validate(typed)
        except ValidationError as error:
            raise MisconfiguredError(_explained(error)) from None
        choices.engine_rules(None)
        _require_undecided(choices)
        return choices

    def engine_rules(self, desk: RiskPolicy | None) -> Rules:
        """The rules as the engine takes them; `desk` holds where `limits` says so.

        Raises:
            InvariantError: rules contradict each other, or the desk's.
        """
        return Rules(
            sizing=self._sizing(),
            exits=self._exits(),
            costs=CostRules(
                self.maker_fraction,
                self.taker_fraction,
                self.entry_slippage_bps,
                self.exit_slippage_bps,
                self.target_is_maker,
            ),
            account=self._account(),
            limit_valid_bars=self.limit_bars,
            desk=None if desk is None or self.limits is Limits.OWN else self._over(desk),
        )

    def _over(self, desk: RiskPolicy) -> RiskPolicy:
        """The desk's policy with the limits that are written in the place of its own."""
        # By name: each value is of its limit's own kind.
        written: dict[str, Any] = {
            limit: value if isinstance(value, int) else Decimal(str(value))
            for name, limit in _OF_THE_DESK.items()
            if (value := getattr(self, name)) is not None
        }
        return replace(desk, limits=replace(desk.limits, **written)) if written else desk

    def _sizing(self) -> Sizing:
        kind, colon, amount = self.sizing.partition(":")
        try:
            number = float(amount)
        except ValueError:
            number = float("nan")
        if kind not in SIZE_KINDS or not colon or not number > 0:
            message = (
                f"sizing is {self.sizing!r}; write one of {', '.join(SIZE_KINDS)}, a colon and a "
                f"number above 0, such as equity_fraction:0.05"
            )
            raise MisconfiguredError(message)
        return Sizing(**{kind: number}, quoted_at=self.quoted_at)

    def _exits(self) -> ExitRules:
        hours = self.hold_hours
        return ExitRules(
            stop_fraction=self.stop,
            target=self.target,
            trailing_distance=self.trailing,
            trailing_from=self.trailing_from,
            break_even_at=self.break_even,
            gains_in=self.gains_in,
            held_at_most=None if hours is None else timedelta(hours=hours),
            opposite=self.opposite,
            target_gap=self.target_gap,
        )

    def _account(self) -> AccountRules:
        return AccountRules(
            initial_equity_usdt=self.equity_usdt,
            leverage=self.leverage,
            max_open_positions=self.max_open,
            max_symbol_exposure_fraction=self.max_symbol_exposure,
            max_total_exposure_fraction=self.max_total_exposure,
            max_entries_per_day=self.max_entries_a_day,
            max_daily_loss_fraction=self.max_daily_loss,
            max_drawdown_fraction=self.max_drawdown,
            closes_on_brake=self.close_on_brake,
        )


def _require_undecided(choices: RuleChoices) -> None:
    written = [name for name in _DECIDED_BY_THE_DESK if name in choices.model_fields_set]
    if written and choices.limits is Limits.DESK:
        message = (
            f"{', '.join(written)} cannot be written where the live desk's limits hold: its risk "
            "review finds sizes and leverage by the settings. Add the rule limits=own, or change "
            "the setting"
        )
        raise MisconfiguredError(message)


def _unknown(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]}?" if near else "."
    return f"there is no trading rule {name}{hint} The rules are: {', '.join(known)}"


def _explained(error: ValidationError) -> str:
    lines = []
    for fault in error.errors(include_url=False):
        name = str(fault["loc"][0])
        meaning = RuleChoices.model_fields[name].description
        lines.append(f"rule {name} is {fault['input']!r}: {fault['msg']}. {meaning}")
    return "\n".join(lines)
