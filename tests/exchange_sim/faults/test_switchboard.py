"""Faults on and off: what strikes, how often, when, with which luck, and what is logged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.engine.errors import invalid
from exchange_sim.faults.injection import FaultEvent
from exchange_sim.faults.switchboard import Effect
from tests.exchange_sim.faults.board import Board


def test_with_no_fault_on_nothing_strikes() -> None:
    board = Board()

    assert (board.switchboard.is_on, board.claim(), board.switchboard.log) == (False, None, [])
    assert board.switchboard.claim_all({"http.reset_after"}, FaultEvent(now_ms=1)) == []


def test_a_fault_strikes_until_it_is_switched_off() -> None:
    board = Board()
    fault = board.on()

    assert board.strikes(3) == [1, 2, 3]
    assert board.switchboard.switch_off(fault) == 1
    assert (board.strikes(3), board.switchboard.is_on) == ([], False)
    assert board.switchboard.switch_off(fault) == 0


@pytest.mark.parametrize(
    ("match", "event", "strikes"),
    [
        ({"path": "order/create"}, {"path": "/v5/order/create"}, True),
        ({"path": "order/create"}, {"path": "/v5/order/cancel"}, False),
        ({"path": "^/v5/order/c"}, {"path": "/v5/order/cancel"}, True),
        ({"topic": "execution"}, {"topic": "execution"}, True),
        ({"op": "^POST$"}, {"op": "GET"}, False),
        ({"symbol": "BTC|ETH"}, {"symbol": "ETHUSDT"}, True),
        ({"side": "Buy"}, {"side": "Sell"}, False),
        ({"link_id": "^e-"}, {"link_id": "e-1"}, True),
        ({"link_id": "^e-"}, {}, False),
        ({"account": "1"}, {"account": "1"}, True),
        ({"account": "1"}, {"account": "11"}, False),
        ({"account": "1"}, {}, False),
        ({"symbol": "BTC", "side": "Buy"}, {"symbol": "BTCUSDT", "side": "Sell"}, False),
    ],
)
def test_only_what_matches_is_struck(match: dict, event: dict, strikes: bool) -> None:
    board = Board()
    board.on(match=match)

    assert (board.claim(**event) is not None) is strikes


def test_nth_counts_only_the_events_that_match() -> None:
    board = Board()
    board.on(match={"symbol": "BTC", "nth": 2})

    assert board.claim(symbol="BTCUSDT") is None
    assert board.claim(symbol="ETHUSDT") is None
    assert board.claim(symbol="BTCUSDT") is not None
    assert board.claim(symbol="BTCUSDT") is None


def test_count_ends_the_fault() -> None:
    board = Board()
    board.on(count=2)

    assert (board.strikes(5), board.switchboard.active()) == ([1, 2], [])


@pytest.mark.parametrize(
    ("window", "strikes"),
    [
        ([2_000, 3_000], {2_000, 2_999}),
        ([2_000, None], {2_000, 2_999, 3_000}),
        ([None, 2_000], {1_000}),
    ],
)
def test_a_fault_strikes_inside_its_window_only(window: list, strikes: set[int]) -> None:
    board = Board()
    board.on(window=window)

    moments = [1_000, 2_000, 2_999, 3_000]
    assert {now_ms for now_ms in moments if board.claim(now_ms=now_ms)} == strikes


def test_a_fault_that_lasts_ends_by_itself() -> None:
    board = Board()
    board.on("http.refuse", parameters={"for_s": "2.5"})

    assert board.claim("http.refuse", now_ms=3_499) is not None
    assert board.claim("http.refuse", now_ms=3_500) is None
    board.now_ms = 3_500
    assert (board.switchboard.active(), board.switchboard.is_on) == ([], False)


def test_a_login_is_refused_once_unless_told_otherwise() -> None:
    board = Board()
    board.on("auth.bad_sign_once")

    assert board.claim("auth.bad_sign_once") is not None
    assert board.claim("auth.bad_sign_once") is None


@given(seed=st.integers(0, 2**32), probability=st.sampled_from(["0", "0.3", "0.7", "1"]))
def test_equal_seeds_have_equal_luck(seed: int, probability: str) -> None:
    boards = [Board(), Board()]
    for board in boards:
        board.on(seed=seed, probability=probability)
        for turn in range(20):
            activation = board.claim(symbol=f"S{turn}")
            if activation is not None:
                activation.random.random()

    assert boards[0].switchboard.log == boards[1].switchboard.log
    if probability in {"0", "1"}:
        assert len(boards[0].switchboard.log) == 20 * int(probability)


def test_luck_is_not_shared_between_faults() -> None:
    alone, together = Board(), Board()
    for board in (alone, together):
        board.on(seed=5, probability="0.5", match={"account": "1"})
    together.on(seed=6, probability="0.5", match={"account": "2"})

    lucky = alone.strikes(30, account="1")
    for _ in range(7):
        together.claim(account="2")
    assert together.strikes(30, account="1") == lucky


def test_the_first_fault_switched_on_strikes_first_and_all_can_be_claimed() -> None:
    board = Board()
    bound = board.on(match={"account": "1"})
    free = board.on()
    event = FaultEvent(now_ms=board.now_ms, account="1")

    claimed = board.switchboard.claim_all({"http.reset_after"}, event)
    assert [one.injection.id for one in claimed] == [bound, free]
    assert board.claim(account="1").injection.id == bound
    assert board.claim(account="2").injection.id == free


def test_a_condition_of_the_caller_is_asked_before_the_event_counts() -> None:
    board = Board()
    board.on(match={"nth": 1})
    event = FaultEvent(now_ms=board.now_ms)

    assert board.switchboard.claim("http.reset_after", event, only_if=lambda _: False) is None
    assert board.switchboard.claim("http.reset_after", event, only_if=lambda _: True) is not None


def test_the_log_numbers_what_struck_and_keeps_what_is_known() -> None:
    board = Board()
    fault = board.on()
    board.claim(path="/v5/order/create", op="POST", account="1")
    second = board.claim()
    board.switchboard.explain(second, "answered")

    assert [entry.row() for entry in board.switchboard.log] == [
        {
            "sequence": 1,
            "name": "http.reset_after",
            "id": fault,
            "at_ms": 1_000,
            "wall_ms": 42,
            "event": {"now_ms": 1_000, "account": "1", "path": "/v5/order/create", "op": "POST"},
            "detail": "",
        },
        {
            "sequence": 2,
            "name": "http.reset_after",
            "id": fault,
            "at_ms": 1_000,
            "wall_ms": 42,
            "event": {"now_ms": 1_000},
            "detail": "answered",
        },
    ]


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        ({"name": "http.reset"}, "there is no fault 'http.reset'; did you mean http.re"),
        ({"name": "zzz"}, "there is no fault 'zzz'; known are http.latency, "),
        ({}, "there is no fault None"),
        ({"name": "http.refuse", "for_s": 1}, "a fault has no 'for_s'; it has name, parameters"),
        ({"name": "http.refuse", "parameters": []}, r"parameters is \[\]; a JSON object"),
        ({"name": "http.refuse", "match": "x"}, "match is 'x'; a JSON object"),
        ({"name": "http.refuse", "match": {"url": "x"}}, "match has no 'url'; it has path, topic"),
        (
            {"name": "http.refuse", "match": {"path": "("}},
            "match.path is .* no regular expression",
        ),
        ({"name": "http.refuse", "match": {"nth": 0}}, "match.nth is 0; a whole number from 1"),
        ({"name": "http.refuse", "count": "2"}, "count is '2'; a whole number from 1"),
        ({"name": "http.refuse", "probability": 1.5}, "probability is 1.5; .* from 0 up to 1"),
        ({"name": "http.refuse", "seed": "s"}, "seed is 's'; allowed is a whole number"),
        ({"name": "http.refuse", "window": 5}, "window is 5; two market milliseconds"),
        ({"name": "http.refuse", "window": [1, True]}, "window is .*; two market milliseconds"),
        ({"name": "http.refuse", "window": [None, 9]}, "its end must lie after its start 1000"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(wish: dict, problem: str) -> None:
    board = Board()

    with pytest.raises(ValueError, match=problem):
        board.switchboard.switch_on(wish)
    assert not board.switchboard.is_on


class Lamp:
    """An effect that notes when it began and ended."""

    def __init__(self, *, refuses: bool = False, lasts: bool = True) -> None:
        self.notes: list[str] = []
        self._refuses = refuses
        self.effect = Effect(self._start, self._stop if lasts else None)

    def _start(self, _activation: object) -> str:
        if self._refuses:
            raise invalid("not now")
        self.notes.append("on")
        return "shines"

    def _stop(self, _activation: object) -> None:
        self.notes.append("off")


def lit(lamp: Lamp, **wish: object) -> Board:
    board = Board()
    board.switchboard.handle("plat.restart", lamp.effect)
    board.on("plat.restart", **wish)
    return board


def test_a_state_fault_acts_when_it_is_switched_on_and_ends_when_it_is_switched_off() -> None:
    lamp = Lamp()
    board = lit(lamp)

    assert (lamp.notes, board.switchboard.log[0].detail) == (["on"], "shines")
    board.switchboard.switch_off()
    assert lamp.notes == ["on", "off"]


def test_a_state_fault_without_an_end_is_over_at_once() -> None:
    lamp = Lamp(lasts=False)
    board = lit(lamp)

    assert (lamp.notes, board.switchboard.is_on) == (["on"], False)


def test_a_state_fault_waits_for_its_window_and_ends_with_it() -> None:
    lamp = Lamp()
    board = lit(lamp, window=[2_000, 3_000])

    assert (lamp.notes, board.switchboard.next_due_ms()) == ([], 2_000)
    board.switchboard.run_due(1_999)
    assert lamp.notes == []
    board.switchboard.run_due(2_000)
    assert (lamp.notes, board.switchboard.next_due_ms()) == (["on"], 3_000)
    board.switchboard.run_due(3_000)
    assert (lamp.notes, board.switchboard.next_due_ms()) == (["on", "off"], None)


def test_a_refused_state_fault_is_not_on_and_the_log_says_why() -> None:
    lamp = Lamp(refuses=True)

    with pytest.raises(Exception, match="not now"):
        lit(lamp)
    board = lit(lamp, window=[2_000, None])
    board.switchboard.run_due(2_000)

    assert board.switchboard.log[0].detail == "refused: 10001: not now"
    assert not board.switchboard.is_on
