"""Attempts are spread over processes, and every one of them comes back."""

from cli.faults.kill.spreading import spread


def test_more_attempts_than_one_process_may_make_all_come_back() -> None:
    assert sorted(spread(abs, range(-90, 0), workers=1)) == list(range(1, 91))
