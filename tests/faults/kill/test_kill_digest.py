"""Two ends are compared part by part, and what differs is said."""

import pytest

from cli.faults.kill.digest import Digest, difference

END: Digest = {"fills": 2, "orders": [["BTCUSDT", "filled"], ["ETHUSDT", "new"]]}


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (dict(END), ""),
        (END | {"fills": 3}, "fills: 2 became 3"),
        (
            END | {"orders": [["BTCUSDT", "filled"]]},
            "orders: without [['ETHUSDT', 'new']], with []",
        ),
        (
            END | {"orders": [["BTCUSDT", "filled"], ["ETHUSDT", "filled"]]},
            "orders: without [['ETHUSDT', 'new']], with [['ETHUSDT', 'filled']]",
        ),
        (END | {"orders": [*END["orders"], ["ETHUSDT", "new"]]}, "orders: 2 rows became 3"),  # type: ignore[misc]
    ],
)
def test_a_difference_names_the_part_and_both_sides(seen: Digest, told: str) -> None:
    assert difference(END, seen) == told
