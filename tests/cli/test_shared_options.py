"""What the words of an option mean, whichever command it belongs to."""

from datetime import UTC, datetime

import pytest
import typer

from cli.options import moment, symbols_of


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("2026-01-01", 0),
        ("2026-01-01T12:00", 12),
        ("2026-01-01T12:00:00Z", 12),
        ("2026-01-01 14:00+02:00", 12),
    ],
)
def test_a_moment_without_a_zone_is_utc(words: str, hour: int) -> None:
    assert moment(words) == datetime(2026, 1, 1, hour, tzinfo=UTC)
    assert moment(words).tzinfo is UTC


@pytest.mark.parametrize("words", ["1.1.2026", "yesterday", ""])
def test_words_that_are_no_moment_are_refused(words: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time; write 2026-01-31"):
        moment(words)


@pytest.mark.parametrize(
    ("words", "symbols"),
    [
        ("btcusdt", ("BTCUSDT",)),
        ("btcusdt, ETHUSDT,BTCUSDT", ("BTCUSDT", "ETHUSDT")),
        (None, ("SOLUSDT",)),
    ],
)
def test_symbols_are_upper_case_and_named_once(
    words: str | None, symbols: tuple[str, ...]
) -> None:
    assert symbols_of(words, ("SOLUSDT",)) == symbols


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("", "an empty word"),
        ("BTCUSDT,,ETHUSDT", "an empty word"),
        ("BTC/USDT", "BTC/USDT"),
        ("doge,btc usdt", "DOGE, BTC USDT"),
    ],
)
def test_words_that_are_no_symbols_are_refused_by_name(words: str, named: str) -> None:
    with pytest.raises(typer.BadParameter, match=f"^{named} is no USDT perpetual; write them"):
        symbols_of(words, None)
