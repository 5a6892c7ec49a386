import signal

import pytest

from cli.stack.interruption import deferred, ended_by_signals, undisturbed

BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])


@BOTH
def test_either_signal_interrupts_a_command(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt), ended_by_signals():
        signal.raise_signal(number)


@BOTH
def test_cleaning_up_is_not_disturbed(number: signal.Signals) -> None:
    with undisturbed():
        signal.raise_signal(number)


@BOTH
def test_a_deferred_signal_interrupts_when_the_block_is_over(number: signal.Signals) -> None:
    done = []

    def block() -> None:
        with deferred():
            signal.raise_signal(number)
            done.append("the whole block")

    with pytest.raises(KeyboardInterrupt):
        block()

    assert done == ["the whole block"]


def test_without_a_signal_nothing_is_raised_late() -> None:
    with deferred():
        pass


def test_an_error_inside_a_deferred_block_is_what_the_caller_sees() -> None:
    def block() -> None:
        with deferred():
            signal.raise_signal(signal.SIGINT)
            raise LookupError

    with pytest.raises(LookupError):
        block()


@pytest.mark.parametrize("block", [ended_by_signals, undisturbed, deferred])
def test_the_handlers_of_before_are_put_back(block: object) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)

    with block():  # type: ignore[operator]
        pass

    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
