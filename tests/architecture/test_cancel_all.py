"""One call cancels everything at once, and only with the filter that spares stops (F25)."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("adapters", "api", "cli", "flows", "tasks", "ui")


def test_cancel_all_is_asked_for_in_one_place_with_the_filter_that_spares_stops() -> None:
    lines = [
        (path.relative_to(ROOT).as_posix(), line.strip())
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "Write.CANCEL_ALL" in line or "cancel_all" in line or "cancel-all" in line
    ]
    asked = [found for found in lines if "session.write(" in found[1]]
    assert [path for path, _ in asked] == ["adapters/bybit/order_calls.py"]
    assert 'orderFilter="Order"' in asked[0][1]
