"""Faults of matching, of stops and positions, of the wallet and of the market itself."""

from cli.faults.cases import Case, Trait

_FOREIGN = frozenset({Trait.FOREIGN})
_FORCED = frozenset({Trait.FORCED})
_MONEY = frozenset({Trait.MONEY})
_UNTRADED = frozenset({Trait.UNTRADED})
_NO_CHILD = ({"name": "tpsl.child_missing", "count": 1},)
_CRASH = ({"name": "mkt.gap", "parameters": {"pct": "-6"}},)
_FUNDING = ("funding",)

MATCHING = (
    Case(
        "match.partial",
        parameters={"fractions": (("0.4", "0.6"), ("0.1", "0.2", "0.7")), "spacing_ms": (10, 200)},
        count=2,
    ),
    Case("match.partial_then_cancel", parameters={"fraction": ("0.1", "0.5", "0.9")}, count=2),
    Case("match.no_liquidity", parameters={"mode": ("async_cancel", "sync_10001")}, count=3),
    Case("match.slippage", parameters={"bps": ("5", "50", "300")}, count=3),
    Case(
        "match.async_reject",
        parameters={"status": ("Rejected", "Cancelled"), "rejectReason": ("EC_Others",)},
        count=2,
    ),
    Case("match.post_only_cross", count=2),
    Case("match.fill_during_cancel", count=2),
    Case("match.fill_during_amend", count=2),
    Case("match.late_fill", parameters={"ms": (50, 500)}, count=1),
    Case("match.limit_never_fills", count=None),
    Case("match.qty_truncated", parameters={"fraction": ("0.3", "0.8")}, count=2),
    Case("match.price_adjusted", parameters={"ticks": (-5, 5)}, count=2),
)
STOPS = (
    Case("tpsl.child_delay", parameters={"ms": (100, 600, 1500)}, count=2),
    Case("tpsl.child_missing", count=2),
    Case("tpsl.set_ack_but_absent", count=3, companions=_NO_CHILD),
    Case(
        "tpsl.reject",
        parameters={"code": (10001, 110058)},
        count=None,
        traits=frozenset({Trait.NO_STOPS}),
        companions=_NO_CHILD,
    ),
    Case("tpsl.vanish", count=None),
    Case(
        "tpsl.trigger_partial_fill",
        parameters={"fraction": ("0.2", "0.7")},
        companions=_CRASH,
    ),
    Case("tpsl.trigger_no_liquidity", companions=_CRASH),
    Case("tpsl.both_in_one_bar", count=None),
)
POSITIONS = (
    Case("pos.liquidate", count=None, traits=_FORCED),
    Case("pos.adl", parameters={"fraction": ("0.3", "1")}, count=None, traits=_FORCED),
    Case("pos.external_close", count=None, traits=_FOREIGN),
    Case(
        "pos.external_open",
        parameters={"symbol": ("BTCUSDT", "ETHUSDT"), "side": ("Buy", "Sell")},
        count=None,
        traits=_FOREIGN,
    ),
    Case("pos.external_sl_move", parameters={"bps": ("20", "100")}, count=None),
    Case(
        "pos.mode_switched",
        parameters={"mode": (3,)},
        count=None,
        traits=frozenset({Trait.HALTS, Trait.FOREIGN}),
    ),
    Case("pos.leverage_changed", parameters={"leverage": ("2", "9")}, count=None),
    Case("pos.reduce_only_flag", count=None),
    Case("pos.risk_limit_lowered", count=None),
    Case("wallet.transfer", parameters={"amount": ("500", "-300")}, count=None, traits=_MONEY),
    Case("wallet.fee_change", count=None),
    Case("wallet.bonus", parameters={"amount": ("25",)}, count=None, traits=_MONEY),
)
MARKET = (
    Case("mkt.gap", parameters={"pct": ("-4", "4", "-1")}, count=None),
    Case("mkt.wick", parameters={"pct": ("-4", "4"), "ms": (200, 1000)}, count=None),
    Case("mkt.mark_last_divergence", parameters={"pct": ("2", "-2")}, count=None),
    Case("mkt.freeze", parameters={"s": ("1", "30")}, count=None),
    Case("mkt.spread", parameters={"bps": ("20", "300")}, count=None),
    Case("mkt.thin_book", parameters={"levels": (2, 50)}, count=None),
    Case(
        "mkt.halt",
        parameters={"status": ("Closed", "reduce_only", "110074")},
        count=None,
        traits=_UNTRADED,
    ),
    Case("mkt.filter_change", count=None),
    Case("mkt.delist", parameters={"in_s": (2, 900)}, count=None, traits=_FORCED | _UNTRADED),
    Case(
        "fund.rate",
        parameters={"rate": ("0.003", "-0.003")},
        count=None,
        actions=_FUNDING,
    ),
    Case("fund.interval_change", parameters={"min": (60,)}, count=None, actions=_FUNDING),
    Case("fund.late", parameters={"s": ("5", "60")}, count=None, actions=_FUNDING),
)
ENGINE_CASES = MATCHING + STOPS + POSITIONS + MARKET
