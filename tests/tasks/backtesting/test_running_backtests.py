"""One question from its candles to its report, and what a rule of the user's may do wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.backtesting.past import Past
from tasks.backtesting.running import QUICK, Effort, judge, run_case, run_signals
from tests.tasks.backtesting.conftest import NOW, SINCE, Ask
from trading.backtest.badges import Level
from trading.backtest.market import Funding
from trading.errors import BadDataError, BrokenRuleError, InvariantError, MisconfiguredError

HONEST = "side = np.sign(bars.close - bars.open)"
NO_CANDLES_AFTER = replace(QUICK, cuts=2)

WriteRule = Callable[[str], str]


@pytest.fixture
def write_rule(tmp_path: Path) -> WriteRule:
    """Writes a rule with this body and gives its name."""

    def write(body: str) -> str:
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        source = f"import numpy as np\n\ndef signals(bars, fast=5):\n{lines}\n    return side\n"
        path = tmp_path / "own.py"
        path.write_text(source)
        return f"{path}:signals"

    return write


def test_the_same_question_has_the_same_answer(free_archive: Past, ask: Ask) -> None:
    first, again = (free_archive.read(ask()) for _ in range(2))
    assert first.loaded.data_hash == again.loaded.data_hash
    one, other = run_case(first).backtest, run_case(again).backtest
    assert len(one.trades) > 10
    assert one.equity.tolist() == other.equity.tolist()


def test_the_hash_knows_funding_and_time(free_archive: Past, ask: Ask) -> None:
    later = SINCE.replace(day=2)
    hashes = {
        free_archive.read(question).loaded.data_hash
        for question in (ask(), ask(with_funding=False), ask(since=later))
    }
    assert len(hashes) == 3


def test_the_settlement_after_the_end_is_known_to_limits_and_never_paid(
    free_archive: Past, ask: Ask
) -> None:
    end = SINCE + timedelta(hours=100)  # the next settlement is that of hour 104
    known = free_archive.read(ask(until=end)).market
    settled_hours = (known.funding["BTCUSDT"].at_ms - known.opened_ms[0]) / 3_600_000
    assert settled_hours[-2:].tolist() == [96.0, 104.0]
    ran = run_case(free_archive.read(ask(until=end, rules={"opposite": "keep"})))
    funding = {name: Funding(one.at_ms[:-1], one.rate[:-1]) for name, one in known.funding.items()}
    without = run_signals(replace(known, funding=funding), tuple(ran.signals), ran.rules)
    paid = ran.backtest.trades.funding.tolist()
    assert any(paid)
    assert without.backtest.trades.funding.tolist() == paid


def test_a_report_says_what_was_asked(free_archive: Past, ask: Ask) -> None:
    case = free_archive.read(ask(parameters={"fast": "10"}))
    report = judge(case, run_case(case), QUICK)
    assert report.asked.parameters == (("fast", "10"), ("rule.stop", "0.02"))
    assert (report.asked.symbols, report.asked.seed) == (case.market.symbols, 1)
    assert report.asked.data_hash == case.loaded.data_hash
    assert report.bounds is not None


def test_candles_that_are_still_to_come_are_not_traded(free_archive: Past, ask: Ask) -> None:
    early = replace(free_archive, now=lambda: SINCE.replace(day=11))
    case = early.read(ask())
    assert len(case.market) == 240
    tomorrow = ask(since=NOW.replace(year=2027), until=NOW.replace(year=2028))
    with pytest.raises(BadDataError, match="has not come yet"):
        free_archive.read(tomorrow)


def test_an_honest_rule_of_the_users_passes_the_look_ahead_test(
    free_archive: Past, ask: Ask, write_rule: WriteRule
) -> None:
    case = free_archive.read(ask(strategy=write_rule(HONEST)))
    report = judge(case, run_case(case), NO_CANDLES_AFTER)
    assert {badge.name: badge.level for badge in report.badges}["look-ahead"] is Level.OK


def test_a_rule_that_peeks_is_caught(free_archive: Past, ask: Ask, write_rule: WriteRule) -> None:
    peeking = "side = np.sign(np.append(bars.close[1:], bars.close[-1]) - bars.close)"
    case = free_archive.read(ask(strategy=write_rule(peeking)))
    report = judge(case, run_case(case), NO_CANDLES_AFTER)
    badge = next(badge for badge in report.badges if badge.name == "look-ahead")
    assert badge.level is Level.BAD
    assert "knows later candles" in badge.sentence


@pytest.mark.parametrize(
    ("body", "error", "message"),
    [
        ("side = 1 / 0", BrokenRuleError, "own.py line 4: ZeroDivisionError"),
        ("bars.close[0] = 1\nside = 0", BrokenRuleError, "must not be changed: work on a copy"),
        ("side = np.full(len(bars), np.nan)", InvariantError, "the side of bar 0 is nan"),
        ("side = np.zeros(3)", InvariantError, "it must be"),
        ("side = np.full(len(bars), 2)", InvariantError, "the side of bar 0 is 2"),
        ("side = np.full(len(bars), 'long')", InvariantError, "it must be"),
        ("side = None", InvariantError, "it must be"),
    ],
)
def test_a_rule_that_answers_nonsense_is_refused_with_what_is_wrong(
    free_archive: Past,
    ask: Ask,
    write_rule: WriteRule,
    body: str,
    error: type[Exception],
    message: str,
) -> None:
    case = free_archive.read(ask(strategy=write_rule(body)))
    with pytest.raises(error, match=message):
        run_case(case)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"strategy": "sma-crss"}, "Did you mean sma-cross?"),
        ({"parameters": {"fst": "5"}}, "did you mean fast?"),
        ({"parameters": {"fast": "many"}}, "fast is 'many'"),
        ({"rules": {"stopp": "1"}}, "did you mean stop?"),
    ],
)
def test_a_wrong_word_is_answered_with_the_near_one(
    free_archive: Past, ask: Ask, changed: dict[str, object], message: str
) -> None:
    with pytest.raises(MisconfiguredError, match=message.replace("?", r"\?")):
        run_case(free_archive.read(ask(**changed)))


def test_the_folder_says_what_it_lacks(free_archive: Past, ask: Ask) -> None:
    with pytest.raises(BadDataError, match="SOLUSDT"):
        free_archive.read(ask(symbols=("SOLUSDT",)))


def test_without_a_database_candles_need_a_folder(free_archive: Past, ask: Ask) -> None:
    with pytest.raises(MisconfiguredError, match="name one with --data"):
        free_archive.read(ask(folder=None))
    with pytest.raises(MisconfiguredError, match="leave --no-store away"):
        free_archive.read(ask(strategy="decisions"))


def test_effort_is_what_is_computed_beside_the_run() -> None:
    assert Effort().random_runs > 0
    assert (QUICK.random_runs, QUICK.cuts) == (0, 0)


def test_a_class_of_the_users_is_asked_bar_by_bar_and_needs_no_look_ahead_test(
    free_archive: Past, ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / "asked.py"
    path.write_text(
        "from trading.backtest.on_bar import Order\n\n\n"
        "class Asked:\n"
        "    def __init__(self, length=5):\n        self.length = length\n\n"
        "    def on_bar(self, bar):\n"
        "        side = 1 if bar.close > bar.past('close', self.length).mean() else -1\n"
        "        return None if side == bar.position else Order(side=side)\n"
    )
    case = free_archive.read(ask(strategy=f"{path}:Asked", parameters={"length": "9"}))
    ran = run_case(case)
    report = judge(case, ran, replace(QUICK, random_runs=100))
    assert len(ran.backtest.trades) > 10
    badge = next(badge for badge in report.badges if badge.name == "look-ahead")
    assert (badge.level, "asked bar by bar" in badge.sentence) == (Level.OK, True)


def test_a_class_of_the_users_that_fails_is_told_apart_from_our_faults(
    free_archive: Past, ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / "failing.py"
    path.write_text("class Failing:\n    def on_bar(self, bar):\n        return bar.tomorrow\n")
    with pytest.raises(BrokenRuleError, match=r"failing\.py line 3: AttributeError"):
        run_case(free_archive.read(ask(strategy=f"{path}:Failing")))
