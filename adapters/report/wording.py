"""The sentences of the page that no figure can say."""

from adapters.report.numbers import UNKNOWN, percent, signed, usdt
from trading.backtest.badges import Level
from trading.backtest.baselines import BEATS_CHANCE_FROM
from trading.backtest.report import Report
from trading.backtest.stopped import stopped_at

LEVELS = {Level.OK: "fine", Level.WARN: "careful", Level.BAD: "do not rely on it"}


def verdict(report: Report) -> str:
    """What became of the money, and what holding would have made of it."""
    backtest, held = report.ran.backtest, report.baselines.equal
    start, end = backtest.initial_equity, float(backtest.equity[-1])
    sentence = f"{usdt(start)} became {usdt(end)} ({signed(percent(end / start - 1))}) after costs"
    names = held.name if len(report.baselines.each) == 1 else "all symbols in equal parts"
    compared = f"{sentence}; holding {names} gave {signed(percent(held.total_return))}."
    return f"{compared}{_stopped(report)}"


def _stopped(report: Report) -> str:
    at = stopped_at(report.ran)
    if at is None:
        return ""
    return (
        f" After {at:%Y-%m-%d %H:%M} UTC nothing was entered any more: the account had fallen as "
        "deep as its limits allow."
    )


def chance_sentence(report: Report) -> str:
    """Whether the strategy's choice of moments was worth anything."""
    chance = report.baselines.chance
    if chance is None:
        return "All comparisons pay the same fees and the same funding."
    beaten = f"The strategy beat {percent(chance.percentile)} of random entries"
    judged = (
        "its choice of moments looks like more than luck"
        if chance.percentile >= BEATS_CHANCE_FROM
        else f"below {percent(BEATS_CHANCE_FROM)} its choice of moments cannot be told from luck"
    )
    return (
        f"{beaten} with its own number of trades, sides, sizes, stops, targets and holding times: "
        f"{judged}."
    )


def no_chance_sentence(report: Report) -> str:
    """Why there is no comparison with random entries."""
    if len(report.ran.backtest.trades):
        return "The comparison with random entries was not run."
    return "No trade was made, so there is nothing to compare with chance."


def fan_sentence(report: Report) -> str:
    """What the resampled histories say about the worst."""
    monte_carlo = report.monte_carlo
    if monte_carlo is None:
        return ""
    ends, falls = monte_carlo.final_equity, monte_carlo.max_drawdown
    lost = percent(1 - monte_carlo.ruin_level / report.ran.backtest.initial_equity)
    ruined = monte_carlo.ruin_probability
    who = percent(ruined) if ruined else "None"
    return (
        "The same days in other orders and mixtures, drawn in blocks. One history in twenty ends "
        f"below {usdt(ends[0.05])}, and one in twenty falls by more than {percent(falls[0.95])} "
        f"on the way. {who} of them lose {lost} or more of the start."
    )


def bounds_sentence(report: Report) -> str:
    """The net profit for both orders of stop and target inside a candle."""
    if report.bounds is None:
        return ""
    if report.bounds.stop_first_usdt == report.bounds.target_first_usdt:
        return "Whichever comes first inside a candle, stop or target, the net profit is the same."
    return (
        "Inside a candle the order of stop and target is unknown. With the stop always first the "
        f"net profit is {signed(usdt(report.bounds.stop_first_usdt))}, with the target always "
        f"first {signed(usdt(report.bounds.target_first_usdt))}; this page shows the former."
    )


def facts(report: Report) -> tuple[tuple[str, str], ...]:
    """What is needed to make the page again."""
    asked = report.asked
    return (
        ("Candles", asked.data_hash or UNKNOWN),
        ("Looked into by", _looked_into(report)),
        ("Code", asked.code_version or UNKNOWN),
        ("Seed", str(asked.seed)),
        ("Combinations tried", f"{asked.tried:,}"),
    )


def _looked_into(report: Report) -> str:
    filled = (f"{one.symbol} {one.interval} ({percent(one.share)})" for one in report.inside)
    return ", ".join(filled) or "no finer candles"


def reason_words(name: str) -> str:
    """A reason's code in words: `risk.max_open_positions` as "max open positions"."""
    return name.rsplit(".", 1)[-1].replace("_", " ")
