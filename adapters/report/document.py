"""The report as plain JSON values."""

import math
from dataclasses import asdict
from datetime import datetime
from enum import Enum

import numpy as np

from trading.backtest.baselines import Baselines
from trading.backtest.held import Held
from trading.backtest.random_entries import RandomEntries
from trading.backtest.report import Asked, Report
from trading.backtest.surface import Surface
from trading.metrics.monte_carlo import MonteCarlo

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def report_document(report: Report) -> dict[str, Json]:
    """Everything but the single trades and the curves, which are columns of their own files.

    Times are ISO 8601 in UTC, fractions are shares of 1, a figure that cannot be said is null and
    says why in its note.
    """
    return {
        "asked": _asked(report.asked),
        "badges": [_plain(asdict(badge)) for badge in report.badges],
        "metrics": {name: _plain(asdict(figure)) for name, figure in report.figures().items()},
        "groups": {
            grouping.value: [_plain(asdict(row)) for row in rows]
            for grouping, rows in report.groups.items()
        },
        "months": [_plain(asdict(month)) for month in report.months],
        "drawdowns": [_plain(asdict(fall)) for fall in report.drawdowns],
        "baselines": _baselines(report.baselines),
        "monte_carlo": _monte_carlo(report.monte_carlo) if report.monte_carlo else None,
        "inside_bars": [_plain(asdict(one)) for one in report.inside],
        "bounds": _plain(asdict(report.bounds)) if report.bounds else None,
        "surface": _surface(report.surface) if report.surface else None,
        "refused": dict(sorted(report.ran.backtest.refused.items())),
        "assumptions": list(report.assumptions),
    }


def _asked(asked: Asked) -> Json:
    document = asdict(asked)
    document["parameters"] = dict(asked.parameters)
    document["trials"] = asked.tried
    return _plain(document)


def _baselines(baselines: Baselines) -> Json:
    return {
        "held": [_held(held) for held in baselines.held()],
        "random_entries": _random_entries(baselines.chance) if baselines.chance else None,
    }


def _random_entries(chance: RandomEntries) -> Json:
    return {
        "runs": len(chance.net_usdt),
        "percentile": chance.percentile,
        "mean_trades": chance.trades,
        "median_net_usdt": float(np.median(chance.net_usdt)),
    }


def _held(held: Held) -> Json:
    return {
        "name": held.name,
        "share": held.share,
        "total_return": held.total_return,
        "max_drawdown": held.max_drawdown,
    }


def _monte_carlo(monte_carlo: MonteCarlo) -> Json:
    return {
        "paths": monte_carlo.paths,
        "final_equity": {f"{level:g}": at for level, at in monte_carlo.final_equity.items()},
        "max_drawdown": {f"{level:g}": at for level, at in monte_carlo.max_drawdown.items()},
        "ruin_level": monte_carlo.ruin_level,
        "ruin_probability": monte_carlo.ruin_probability,
    }


def _surface(surface: Surface) -> Json:
    return {
        "score": surface.score,
        "across": _plain(asdict(surface.across)),
        "down": _plain(asdict(surface.down)),
        "scores": [
            [None if math.isnan(score) else score for score in row]
            for row in surface.scores.tolist()
        ],
    }


def _plain(value: object) -> Json:
    match value:
        case None | bool() | int() | float():
            return value
        case datetime():
            return value.isoformat()
        case Enum():
            return str(value.value)
        case str():
            return value
        case dict():
            return {str(key): _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
    message = f"a {type(value).__name__} in a report; only plain values can be written as JSON"
    raise TypeError(message)
