"""An answer that speaks of another market than the one it was asked about is none."""

from dataclasses import replace

import pytest

from tests.trading.grounding_builders import MARKET, answer, cited, codes, view
from trading.arms import Arm, Mask
from trading.failures import REMEDIES, FailureCode, Remedy
from trading.grounding_symbol import check_symbol
from trading.model_answer import Bias, Pattern, PatternName, Stage
from trading.snapshot_masking import as_shown

OTHER = [FailureCode.SYMBOL_MISMATCH]


@pytest.mark.parametrize(
    "summary",
    ["ETHUSDT breaks out", "ETH/USDT breaks out", "Long ETH-USDT-SWAP",
     "SOLUSDT.P and 1000PEPEUSDT", "\uff25\uff34\uff28\uff35\uff33\uff24\uff34 breaks out"],
)  # fmt: skip
def test_another_market_ends_it(summary: str) -> None:
    assert codes(answer(summary=summary)) == OTHER


@pytest.mark.parametrize(
    "summary",
    ["BTCUSDT breaks out", "BTCUSDT leads ETHUSDT", "100USDT at risk", "25KUSDT of volume",
     "priced in USDT", "the usdtpair", "ethusdt"],
)  # fmt: skip
def test_its_own_market_and_sums_of_money_do_not(summary: str) -> None:
    assert codes(answer(summary=summary)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"bull_case": "ETHUSDT"},
        {"bear_case": "ETHUSDT"},
        {"invalidation": "ETHUSDT"},
        {"evidence": (replace(cited("last", None), claim="ETHUSDT"),)},
        {"patterns": (Pattern(PatternName.RANGE, Stage.FORMING, Bias.LONG, "ETHUSDT"),)},
    ],
)
def test_every_text_is_read(changes: dict[str, object]) -> None:
    assert codes(answer(**changes)) == OTHER


def test_bitcoin_may_be_named_beside_any_other() -> None:
    sol = view(snapshot=replace(MARKET, symbol="SOLUSDT"))
    assert codes(answer(summary="BTCUSDT leads"), sol) == []
    assert codes(answer(summary="ETHUSDT leads"), sol) == OTHER


@pytest.mark.parametrize(
    ("asked", "said"),
    [("1000PEPEUSDT", "PEPEUSDT"), ("SHIB1000USDT", "SHIB/USDT"), ("1INCHUSDT", "1INCHUSDT")],
)
def test_the_multiple_of_a_coin_may_be_left_out(asked: str, said: str) -> None:
    seen = view(snapshot=replace(MARKET, symbol=asked))
    assert codes(answer(summary=f"{said} breaks out"), seen) == []


def test_a_market_without_a_name_can_be_named_by_nobody() -> None:
    hidden = view(snapshot=as_shown(MARKET, Arm(mask=Mask.ANONYMISED)))
    failure = check_symbol(answer(summary="This is BTCUSDT"), hidden)
    assert failure is not None
    assert failure.detail == "asked about Market, it speaks of BTCUSDT"
    assert check_symbol(answer(), hidden) is None


def test_nobody_is_asked_again_for_it() -> None:
    assert REMEDIES[FailureCode.SYMBOL_MISMATCH] is Remedy.ABSTAIN
