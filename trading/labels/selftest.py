"""Does the compiled labeller say what the plain one says? On any number of random markets."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import numpy as np

from trading.backtest.bars import BarSeries
from trading.backtest.market import Funding
from trading.candle_columns import milliseconds_of
from trading.candles import Interval
from trading.labels.by_policy import label_by_policy
from trading.labels.plain import label_plainly
from trading.labels.plain_held import PlainCandle, PlainLabel, PlainMarket
from trading.labels.policies import Policy
from trading.labels.price_path import PricePath
from trading.labels.random_paths import START, SYMBOL, RandomMarket, draw_markets
from trading.labels.settlements import Settlements
from trading.labels.states import Kind
from trading.labels.terms import LabelTerms

_TOGETHER: Final = 500
"""Markets that are laid out as one series, with gaps between them."""

_END: Final = START + timedelta(days=36_500)
"""After every market that anybody will draw."""

_NAMED: Final = 10
_NUMBERS: Final = ("fill", "exit", "r_gross", "r_net", "r_best", "mae_r", "mfe_r")
_NEAR: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared; `differences` says where the two disagree, the first ten at most."""

    markets: int
    labels: int
    by_kind: dict[Kind, int]
    ambiguous: int
    disagreeing: int
    differences: tuple[str, ...]


def compare(seed: int, markets: int, *, terms: LabelTerms | None = None) -> Comparison:
    """Label `markets` random markets twice, under every policy; equal seeds compare the same."""
    rules, rng = terms or LabelTerms(), np.random.default_rng(seed)
    by_kind, found, ambiguous = Counter[Kind](), list[str](), 0
    for first in range(0, markets, _TOGETHER):
        drawn = list(draw_markets(rng, min(_TOGETHER, markets - first)))
        for policy, place, row, plain in _both(drawn, rules):
            by_kind[plain.kind] += 1
            ambiguous += plain.is_ambiguous
            if what := difference(row, plain):
                found.append(f"seed {seed}, market {first + place}, {policy}: {what}")
    return Comparison(
        markets=markets,
        labels=by_kind.total(),
        by_kind=dict(by_kind),
        ambiguous=ambiguous,
        disagreeing=len(found),
        differences=tuple(found[:_NAMED]),
    )


def _both(
    drawn: Sequence[RandomMarket], terms: LabelTerms
) -> Iterator[tuple[Policy, int, np.void, PlainLabel]]:
    """The compiled and the plain label of each market under each policy."""
    opportunities = [one.opportunity for one in drawn]
    compiled = label_by_policy(opportunities, path_of(drawn), terms=terms, ticks={})
    for place, one in enumerate(drawn):
        market = PlainMarket(Interval.M1.length, one.last, one.mark, one.funding)
        for policy in Policy:
            plain = label_plainly(
                one.opportunity, policy, market, costs=terms.costs, standard=terms.standard
            )
            yield policy, place, compiled[policy].rows[place], plain


def path_of(drawn: Sequence[RandomMarket]) -> PricePath:
    """Markets that were drawn, as one path."""
    settled = [moment_and_rate for one in drawn for moment_and_rate in one.funding]
    funding = Funding(
        np.array([milliseconds_of(moment) for moment, _ in settled], np.int64),
        np.array([float(rate) for _, rate in settled], np.float64),
    )
    known = Settlements(funding, START, _END)
    last, mark = _series(one.last for one in drawn), _series(one.mark for one in drawn)
    return PricePath.of(last, settlements=known, mark=mark)


def _series(parts: Iterable[Mapping[datetime, PlainCandle]]) -> BarSeries:
    candles = {moment: candle for part in parts for moment, candle in part.items()}
    prices = np.array(list(candles.values()), np.float64)
    opened, high, low, close = (np.ascontiguousarray(column) for column in prices.T)
    return BarSeries(
        SYMBOL,
        Interval.M1,
        np.array([milliseconds_of(moment) for moment in candles], np.int64),
        opened,
        high,
        low,
        close,
        np.zeros(len(candles)),
    )


def difference(row: np.void, plain: PlainLabel) -> str:
    """What a compiled and a plain label disagree about first; empty if nothing."""
    exact = {
        "kind": (Kind(int(row["kind"])), plain.kind),
        "filled": (int(row["fill_ms"]), _milliseconds(plain.filled_at)),
        "left": (int(row["exit_ms"]), _milliseconds(plain.left_at)),
        "ambiguous": (bool(row["is_ambiguous"]), plain.is_ambiguous),
    }
    for name, (compiled, expected) in exact.items():
        if compiled != expected:
            return f"{name} is {compiled!r}, plainly {expected!r}"
    for name in _NUMBERS:
        expected_number = getattr(plain, name)
        if not _is_near(float(row[name]), expected_number):
            return f"{name} is {row[name]!r}, plainly {expected_number}"
    return ""


def _milliseconds(moment: datetime | None) -> int:
    return -1 if moment is None else milliseconds_of(moment)


def _is_near(compiled: float, expected: Decimal | None) -> bool:
    if expected is None:
        return bool(np.isnan(compiled))
    return abs(compiled - float(expected)) <= _NEAR * max(1.0, abs(compiled))
