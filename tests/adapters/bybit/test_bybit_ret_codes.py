"""Every documented code has one meaning, and an unknown one is never taken for a refusal."""

import pytest

from adapters.bybit import ret_codes
from adapters.bybit.ret_codes import (
    HTTP_STATUSES,
    RET_CODES,
    Verdict,
    meaning_of_code,
    meaning_of_status,
)

# bybit_v5.md §2.7 and §1.1, by what a client does about them.
EXPECTED = {
    Verdict.ACCEPTED: {0},
    Verdict.RETRYABLE: {
        10002, 10006, 10018, 10019, 10403, 10429, 20003, 429, 30034, 30035, 110079, 110063,
    },
    Verdict.REFUSED: {
        10001, 10017, 10029, 110003, 110013, 110017, 110020, 110009, 110029, 110058, 110064,
        110085, 110086, 110087, 110088, 110089, 110090, 110092, 110093, 110094, 110120, 110121,
        110023, 110074, 110004, 110006, 110007, 110012, 110014, 110044, 110045, 110051, 110052,
        110053, 110039, 110040, 110046, 110001, 110008, 110010, 110024, 110028,
    },
    Verdict.HALTED: {
        10003, 10004, 10005, 10007, 10008, 10009, 10010, 10024, 10027, 10028, 33004, 110066,
        110123, 110124, 110125, 110132,
    },
    Verdict.ALREADY_SO: {110025, 110026, 110027, 110043, 34040},
    Verdict.DUPLICATE: {110072, 10014, 170141},
    Verdict.OUTCOME_UNKNOWN: {10000, 10016, 170007, 170146, 170147},
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "verdict"),
    [(code, verdict) for verdict, codes in EXPECTED.items() for code in sorted(codes)],
)
def test_a_documented_code_has_the_verdict_of_its_class(code: int, verdict: Verdict) -> None:
    assert RET_CODES[code].verdict is verdict


def test_no_code_stands_in_two_groups() -> None:
    assert sum(len(codes) for _, codes in ret_codes._GROUPS) == len(RET_CODES)


def test_every_meaning_says_something_in_one_line() -> None:
    for meaning in [*RET_CODES.values(), *HTTP_STATUSES.values()]:
        assert meaning.text
        assert "\n" not in meaning.text


def test_every_verdict_is_used() -> None:
    assert {meaning.verdict for meaning in RET_CODES.values()} == set(Verdict)


def test_a_code_nobody_listed_leaves_the_outcome_unknown() -> None:
    assert meaning_of_code(987_654).verdict is Verdict.OUTCOME_UNKNOWN


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (301, Verdict.REFUSED),
        (302, Verdict.REFUSED),
        (400, Verdict.REFUSED),
        (401, Verdict.HALTED),
        (403, Verdict.HALTED),
        (404, Verdict.REFUSED),
        (408, Verdict.OUTCOME_UNKNOWN),
        (429, Verdict.RETRYABLE),
        (500, Verdict.OUTCOME_UNKNOWN),
        (502, Verdict.OUTCOME_UNKNOWN),
        (503, Verdict.OUTCOME_UNKNOWN),
        (504, Verdict.OUTCOME_UNKNOWN),
    ],
)
def test_an_http_status_has_its_verdict(status: int, verdict: Verdict) -> None:
    assert meaning_of_status(status).verdict is verdict
