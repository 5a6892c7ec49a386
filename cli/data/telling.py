"""What the `data` commands say: tables for a person, one JSON object for a program."""

from collections.abc import Iterable, Mapping, Sequence

import typer

from cli.data.checking import CheckAnswer, Problem
from cli.data.files import Imported, Written
from cli.data.orders import Fetched
from cli.output import print_json, print_table, say, warn
from tasks.candle_store.downloading import Downloaded
from trading.candle_series import Holding

_FAILED = 1
_HOLES_TOLD = 3
_PROBLEM = ("file", "problem", "what to do")
_HOLDING = ("symbol", "timeframe", "prices", "first", "last", "rows", "missing")


def tell_fetched(fetched: Fetched, market: str, *, as_json: bool) -> None:
    """What came of a download, and what the exchange itself does not have."""
    if as_json:
        series = [_series_facts(one) for one in fetched.series]
        print_json({"market": market, "series": series, "funding": fetched.funding})
        return
    rows = [(str(one.name), one.new, one.missing) for one in fetched.series]
    rows += [(f"{symbol} funding", new, 0) for symbol, new in fetched.funding.items()]
    print_table(f"Downloaded, market {market}", ("series", "new", "not to be had"), rows)
    for one in fetched.series:
        for begin, end in one.unavailable[:_HOLES_TOLD]:
            told = f"{begin:%Y-%m-%d %H:%M} to before {end:%Y-%m-%d %H:%M}"
            warn(f"{one.name}: the exchange has none from {told} UTC")


def tell_imported(imported: Sequence[Imported], *, as_json: bool) -> None:
    """What became of each file."""
    if as_json:
        print_json({"ok": not any(one.refused for one in imported), "files": imported})
        return
    rows = [(one.file, one.contents, one.rows, one.new) for one in imported if not one.refused]
    print_table("Imported", ("file", "contents", "rows", "new"), rows)
    for one in imported:
        for remark in one.remarks:
            warn(f"{one.file}: {remark}")
        if one.refused:
            warn(f"refused: {one.refused}")


def tell_check(answer: CheckAnswer, *, as_json: bool) -> None:
    """What is wrong with the data; leaves with exit code 1 if anything is."""
    if as_json:
        print_json(_check_facts(answer))
    elif answer.ok:
        say(f"{answer.where}: {answer.parts} is fit for use")
    else:
        print_table(f"Problems in {answer.where}", _PROBLEM, _cells(answer.findings))
    if answer.remarks and not as_json:
        print_table("Worth knowing", _PROBLEM, _cells(answer.remarks))
    if not answer.ok:
        raise typer.Exit(_FAILED)


def tell_holdings(
    market: str, held: Sequence[Holding], rates: Mapping[str, int], *, as_json: bool
) -> None:
    """What is stored of each series."""
    rows = [_holding_cells(one) for one in held]
    if as_json:
        series = [dict(zip(_HOLDING, row, strict=True)) for row in rows]
        print_json({"market": market, "series": series, "funding": rates})
        return
    print_table(f"Candles, market {market}", _HOLDING, rows)
    print_table("Funding rates", ("symbol", "rows"), rates.items())


def tell_written(written: Sequence[Written], *, as_json: bool) -> None:
    """Which files were written."""
    if as_json:
        print_json({"files": written})
        return
    print_table("Written", ("file", "rows"), [(one.file, one.rows) for one in written])


def _series_facts(one: Downloaded) -> dict[str, object]:
    holes = [{"from": begin, "to": end} for begin, end in one.unavailable]
    return {"series": str(one.name), "new": one.new, "missing": one.missing, "unavailable": holes}


def _check_facts(answer: CheckAnswer) -> dict[str, object]:
    facts: dict[str, object] = {"ok": answer.ok, "findings": answer.findings}
    return facts if answer.remarks is None else facts | {"remarks": answer.remarks}


def _holding_cells(one: Holding) -> tuple[object, ...]:
    name = one.name
    prices = "mark" if name.is_mark else "last"
    return name.symbol, name.interval.value, prices, one.first, one.last, one.rows, one.missing


def _cells(problems: Iterable[Problem]) -> list[tuple[str, str, str]]:
    return [(one.file, one.problem, one.message) for one in problems]
