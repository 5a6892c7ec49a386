from collections.abc import Callable

import pytest

from exchange_sim.engine.errors import VenueError
from tests.exchange_sim.engine.desk import Desk


@pytest.fixture
def desk() -> Desk:
    """10,000 USDT, BTC at 60,000, ETH at 3,000, leverage 10, one-way."""
    return Desk.open()


@pytest.fixture
def refusal() -> Callable[[Callable[[], object]], tuple[int, str]]:
    """Runs a command that must be refused; its code and text."""

    def run(command: Callable[[], object]) -> tuple[int, str]:
        with pytest.raises(VenueError) as caught:
            command()
        return caught.value.code, caught.value.message

    return run
