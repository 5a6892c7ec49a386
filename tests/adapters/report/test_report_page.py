"""The page stands alone, says everything, escapes everything and repeats itself."""

import re
from dataclasses import fields, replace
from html.parser import HTMLParser

import numpy as np
import pytest

from adapters.report.contents import contents
from adapters.report.html import page
from adapters.report.trade_list import trade_list
from tests.adapters.report.conftest import reported
from tests.fixtures.backtest_runs import asked_of, market_of, ran_of
from trading.backtest.records import Backtest, TradeColumns
from trading.backtest.report import Evidence, Report, make_report

VOID = {"meta", "path"}


class Reader(HTMLParser):
    """Collects tags, attributes and text, and refuses wrong nesting."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.tags: set[str] = set()
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def read(report: Report) -> Reader:
    return Reader(page(report))


def test_the_page_is_well_nested_and_needs_no_network(read: Reader, report: Report) -> None:
    loading = {"src", "href", "srcset", "data", "action", "poster", "xlink:href"}

    assert not {"script", "link", "img", "iframe", "object", "form"} & read.tags
    assert [found for found in read.attributes if found[1] in loading] == []
    assert not re.search(r"url\(|@import|https?://", page(report))
    assert ("meta", "content", "default-src 'none'; style-src 'unsafe-inline'") in read.attributes


def test_equal_reports_give_equal_bytes(report: Report) -> None:
    assert page(report) == page(reported())


def test_every_text_is_escaped() -> None:
    hostile = "<script>alert('x')</script>"

    shown = Reader(
        page(reported(strategy=hostile, parameters=((hostile, '"><b>'),), data_hash=hostile))
    )

    assert "script" not in shown.tags
    assert hostile in "".join(shown.text)


def test_no_number_is_missing_or_endless(report: Report, read: Reader) -> None:
    words = {word.strip() for word in read.text} | set(" ".join(read.text).split())

    assert not words & {"nan", "inf", "-inf", "NaN", "undefined"}
    assert "None" not in {text.strip() for text in read.text}
    assert not re.search(r' d="[^"]*(nan|inf)', page(report))


def test_every_figure_lies_on_its_square(read: Reader) -> None:
    paths = [value for tag, name, value in read.attributes if (tag, name) == ("path", "d")]
    numbers = [float(found) for path in paths for found in re.findall(r"-?\d+\.?\d*", path)]

    assert len(paths) > 40
    assert min(numbers) >= -60
    assert max(numbers) <= 1060


@pytest.mark.parametrize(
    "heading",
    ["Equity", "Against buy and hold, and against chance", "Monthly returns", "Trades", "Prices",
     "Monte Carlo", "Drawdowns", "All metrics", "Trade list", "Assumptions"],
)  # fmt: skip
def test_the_page_has_its_sections(read: Reader, heading: str) -> None:
    assert heading in read.text


def test_every_badge_assumption_and_metric_is_on_the_page(read: Reader, report: Report) -> None:
    text = "".join(read.text)
    labels = [row.label for _, rows in contents(report).sections for row in rows]

    assert all(badge.sentence in text for badge in report.badges)
    assert all(sentence in text for sentence in report.assumptions)
    assert len(labels) == len(report.figures())
    assert all(label in text for label in labels)


def test_the_first_lines_say_what_became_of_the_money(report: Report) -> None:
    verdict = contents(report).verdict.replace("\u00a0", " ")

    assert re.fullmatch(
        r"10,000 USDT became [\d,.]+ USDT \([+−][\d.]+ %\) after costs; "
        r"holding all symbols in equal parts gave [+−][\d.]+ %\.",
        verdict,
    )


def test_long_lists_show_their_ends_and_say_so(report: Report) -> None:
    trades = report.ran.backtest.trades
    names = [field.name for field in fields(TradeColumns)]
    many = TradeColumns(**{name: np.tile(getattr(trades, name), 5) for name in names})
    longer = replace(report, ran=replace(report.ran, backtest=_with(report, trades=many)))

    shown = trade_list(longer)

    assert len(shown.rows) == 400
    assert (shown.rows[0][0], shown.rows[-1][0]) == ("1", f"{len(many):,}")
    assert shown.note.startswith("The first and last 200 of 975 trades")


def test_more_than_three_symbols_fold_the_rest_away() -> None:
    ran = ran_of(market_of(symbols=("BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"), count=900))

    read = Reader(page(make_report(asked_of(ran.market), ran, Evidence(), draws=100)))

    assert "1 more" in read.text
    assert "XRPUSDT" in read.text


def test_a_run_without_a_trade_has_a_page_too() -> None:
    ran = ran_of(market_of(symbols=("BTCUSDT",), count=60))

    empty = make_report(asked_of(ran.market), ran, Evidence(), draws=100)

    assert len(ran.backtest.trades) == 0
    assert "No trade was made" in "".join(Reader(page(empty)).text)


def test_an_account_that_is_ruined_has_a_page_too(report: Report) -> None:
    equity = report.ran.backtest.equity.copy()
    equity[1000:] = -5.0
    ran = replace(report.ran, backtest=_with(report, equity=equity), target_first=None)

    ruined = make_report(report.asked, ran, Evidence(), draws=100)

    assert "−5.00 USDT" in "".join(Reader(page(ruined)).text).replace("\u00a0", " ")


def _with(report: Report, **changed: object) -> Backtest:
    return replace(report.ran.backtest, **changed)  # type: ignore[arg-type]
