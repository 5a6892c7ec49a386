"""`analyse` refuses what it cannot read before anything is opened or asked."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.commands.ran import Run


def missing(path: Path) -> None:
    """Nothing is there."""


def broken(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100)


def text(path: Path) -> None:
    path.write_bytes(b"not a picture")


def moving(path: Path) -> None:
    frames = [Image.new("RGB", (200, 100), colour) for colour in ("red", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (missing, "cannot be read: No such file or directory; give a picture file"),
        (os.mkfifo, "this is a folder, a pipe or a device; give a picture file"),
        (text, "the file begins with b'not a pi', which is no picture that is read here"),
        (broken, "the picture is broken or cut off; save it again as PNG"),
        (moving, "the picture is animated, it has 2 frames; allowed is one still PNG"),
    ],
)
def test_a_file_that_is_no_picture_is_refused(
    autotrader: Run, tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    path = tmp_path / "mine.png"
    make(path)

    done = autotrader("analyse", "--image", str(path), "--symbol", "BTCUSDT", "--timeframe", "1h")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"autotrader: {path}")
    assert said in done.err


@pytest.mark.parametrize(
    ("symbol", "timeframe", "said"),
    [
        ("", "1h", "'' is no name of a USDT perpetual; write it such as BTCUSDT"),
        ("BTC/USDT", "1h", "'BTC/USDT' is no name of a USDT perpetual"),
        ("BTCUSD", "1h", "'BTCUSD' is no name of a USDT perpetual"),
        ("BTCUSDT", "3h", "'1m', '5m', '15m', '1h', '4h', '1d'"),
        ("BTCUSDT", "1H", "'1m', '5m', '15m', '1h', '4h', '1d'"),
    ],
)
def test_a_symbol_or_timeframe_that_cannot_be_is_a_usage_error(
    autotrader: Run, symbol: str, timeframe: str, said: str
) -> None:
    where = ("--image", "mine.png", "--symbol", symbol, "--timeframe", timeframe)

    done = autotrader("analyse", *where)

    assert done.code == 2
    assert said in " ".join(done.err.replace("│", " ").split())
