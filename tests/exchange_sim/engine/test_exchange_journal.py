"""What was answered is on disk; what could not be written was not done."""

import json
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from exchange_sim.engine.errors import JournalError, VenueError
from exchange_sim.engine.exchange import Exchange
from exchange_sim.engine.journal import Entry, FileJournal
from tests.exchange_sim.engine.desk import ETH, ME, Desk

CONFIG = {"seed": 7, "symbols": "BTCUSDT,ETHUSDT"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def trade_a_day(desk: Desk) -> None:
    """Every kind of command, with fills, stops, funding and refusals in between."""
    desk.leverage(20)
    desk.buy("0.1", orderLinkId="a", stopLoss="59000", takeProfit="62000")
    desk.stops(trailingStop="500")
    resting = desk.limit("Buy", "0.2", "59500", orderLinkId="b")
    desk.amend(resting, price="59400")
    with pytest.raises(VenueError):
        desk.buy(orderLinkId="a")
    desk.hedge(symbol=ETH)
    desk.order(symbol=ETH, qty="0.5", positionIdx=1)
    desk.move(60_300, 59_300)
    desk.settle("0.0001")
    desk.exchange.deposit(ME, Decimal(50))
    desk.exchange.withdraw(ME, Decimal("12.5"))
    desk.cancel(desk.limit("Sell", "0.1", "63000"))
    desk.cancel_all(orderFilter="Order")
    desk.move(61_000)


def commands_of_every_kind(desk: Desk) -> list[Callable[[], object]]:
    """Each would be accepted if it could be written; one order must be open."""
    (order,) = desk.open_orders()
    return [
        lambda: desk.buy("0.1", orderLinkId="b"),
        lambda: desk.amend(order, qty="0.2"),
        lambda: desk.cancel(order),
        desk.cancel_all,
        lambda: desk.leverage(20),
        lambda: desk.stops(stopLoss="58000"),
        lambda: desk.hedge(symbol=ETH),
        lambda: desk.exchange.deposit(ME, Decimal(1)),
        lambda: desk.exchange.withdraw(ME, Decimal(1)),
        lambda: desk.exchange.advance(desk.exchange.now_ms + 1000),
        lambda: desk.exchange.open_account("other"),
    ]


def reopen(path: Path, desk: Desk) -> Exchange:
    return Exchange(desk.market, FileJournal(path, CONFIG))


@contextmanager
def no_space_beyond(size: int) -> Iterator[None]:
    """Lets files of this process grow to `size` bytes only, like a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_restart_repeats_the_journal_to_the_same_state_and_ids(path: Path) -> None:
    desk = Desk.open(journal=FileJournal(path, CONFIG))
    trade_a_day(desk)
    desk.exchange.close()
    again = reopen(path, desk)
    assert again.state_hash() == desk.exchange.state_hash()
    assert list(again.orders(ME)) == list(desk.exchange.orders(ME))
    assert again.wallet(ME) == desk.wallet


def test_life_goes_on_after_a_restart_as_if_there_had_been_none(path: Path) -> None:
    desk, control = Desk.open(journal=FileJournal(path, CONFIG)), Desk.open()
    for one in (desk, control):
        trade_a_day(one)
    desk.exchange.close()
    restarted = Desk(desk.market, reopen(path, desk))
    for one in (restarted, control):
        one.buy("0.05", orderLinkId="after")
        one.move(60_000)
    assert restarted.exchange.state_hash() == control.exchange.state_hash()
    with pytest.raises(VenueError, match="110072"):
        restarted.buy(orderLinkId="a")


def test_steps_of_the_clock_do_not_matter_only_where_it_arrives() -> None:
    one, other = Desk.open(), Desk.open()
    for desk in (one, other):
        desk.buy("0.1", stopLoss="59000")
    one.move(59_500, 58_900, 60_000)
    other.market.happened = one.market.happened
    other.exchange.advance(one.exchange.now_ms)
    assert one.exchange.state_hash() == other.exchange.state_hash()
    one.exchange.advance(one.exchange.now_ms - 5)
    assert one.exchange.state_hash() == other.exchange.state_hash()


def test_refused_commands_are_not_written(path: Path) -> None:
    desk = Desk.open(journal=FileJournal(path, CONFIG))
    size = path.stat().st_size
    with pytest.raises(VenueError):
        desk.buy("1000")
    assert path.stat().st_size == size


def test_a_half_written_last_line_is_dropped_with_a_warning(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk.open(journal=FileJournal(path, CONFIG))
    desk.buy("0.1")
    state = desk.exchange.state_hash()
    desk.exchange.close()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"at":17000000400')
    again = reopen(path, desk)
    assert again.state_hash() == state
    assert "dropped the half-written last line" in caplog.text
    assert path.read_bytes() == whole


@pytest.mark.parametrize("damage", [b"{nonsense", b"[]", b'{"at":"x","do":"advance"}', b"{}"])
def test_a_damaged_line_is_refused_with_its_number(path: Path, damage: bytes) -> None:
    desk = Desk.open(journal=FileJournal(path, CONFIG))
    desk.buy("0.1")
    desk.exchange.close()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], damage + b"\n", *lines[2:]]))
    with pytest.raises(JournalError, match="line 2 is damaged"):
        FileJournal(path, CONFIG)


def test_the_journal_of_other_settings_is_refused_and_says_which(path: Path) -> None:
    FileJournal(path, CONFIG).close()
    with pytest.raises(JournalError, match="seed was 7 and is now 8"):
        FileJournal(path, CONFIG | {"seed": 8})


def test_a_second_user_of_the_same_journal_is_refused_until_the_first_leaves(path: Path) -> None:
    journal = FileJournal(path, CONFIG)
    with pytest.raises(JournalError, match="is in use by another process"):
        FileJournal(path, CONFIG)
    journal.close()
    FileJournal(path, CONFIG).close()


def test_an_unwritable_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot open the journal"):
        FileJournal(tmp_path / "missing" / "journal.jsonl", CONFIG)


def test_a_command_is_not_done_when_the_disk_is_full(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk.open(journal=FileJournal(path, CONFIG))
    desk.buy("0.1", orderLinkId="a")
    desk.limit("Buy", "0.1", "59000")
    before, content = desk.exchange.state_hash(), path.read_bytes()
    with no_space_beyond(len(content) + 20):  # half a line fits
        for command in commands_of_every_kind(desk):
            with pytest.raises(VenueError) as caught:
                command()
            assert caught.value.code == 10016
            assert desk.exchange.state_hash() == before
    assert "was not applied: free disk space" in caplog.text
    assert path.read_bytes() == content
    assert desk.buy("0.1", orderLinkId="b").status == "Filled"
    desk.exchange.close()
    assert reopen(path, desk).state_hash() == desk.exchange.state_hash()


def test_a_line_that_cannot_be_taken_back_stops_further_writing(path: Path) -> None:
    journal = FileJournal(path, CONFIG)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, journal._file)
    for expected in ("No space left on device", "ends in half a line"):
        with pytest.raises(JournalError, match=expected):
            journal.append(Entry(1, "advance"))
    os.close(full)
    journal.close()


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (Entry(1_700_000_040_000, "dance", ME), "'dance' is not a known command"),
        (Entry(1_700_000_040_000, "deposit", "nobody", {"amount": "1"}), "is refused now"),
    ],
)
def test_a_journal_that_cannot_be_repeated_is_refused(path: Path, entry: Entry, text: str) -> None:
    journal = FileJournal(path, CONFIG)
    desk = Desk.open(journal=journal)
    journal.append(entry)
    journal.close()
    with pytest.raises(JournalError, match=f"line 3: .*{text}"):
        reopen(path, desk)


def test_a_process_killed_at_any_byte_leaves_a_state_that_was_once_true(path: Path) -> None:
    desk = Desk.open(journal=FileJournal(path, CONFIG))
    trade_a_day(desk)
    desk.exchange.close()
    content = path.read_bytes()
    ends = [number + 1 for number, byte in enumerate(content) if byte == ord("\n")]
    states: dict[int, str] = {}
    for end in ends:
        path.write_bytes(content[:end])
        exchange = reopen(path, desk)
        states[end] = exchange.state_hash()
        exchange.close()
    for cut in range(ends[0], len(content), 37):
        path.write_bytes(content[:cut])
        exchange = reopen(path, desk)
        assert exchange.state_hash() == states[max(end for end in ends if end <= cut)]
        exchange.close()


def test_the_journal_holds_inputs_only_one_readable_line_each(path: Path) -> None:
    desk = Desk.open(journal=FileJournal(path, CONFIG))
    order = desk.limit("Buy", "0.1", "59000", orderLinkId="a")
    desk.cancel(order)
    desk.move(60_100)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    now = desk.market.start_ms
    assert lines[0] == CONFIG
    assert lines[1] == {
        "at": now,
        "do": "open_account",
        "account": ME,
        "with": {"amount": "10000"},
    }
    assert [line["do"] for line in lines[2:]] == ["create_order", "cancel_order", "advance"]
    assert lines[2]["with"]["orderLinkId"] == "a"
    assert lines[4] == {"at": now + 1000, "do": "advance"}
