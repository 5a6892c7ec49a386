"""Rolling windows and the headers they yield."""

from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.server.limits import ADDRESS_LIMIT, Allowance, Limiter, RollingWindow


def test_a_window_grants_its_limit_and_then_waits_for_the_oldest_unit_to_leave() -> None:
    window = RollingWindow(limit=2)

    assert window.take(1_000) == Allowance(1, 2, 1, 1_000)
    assert window.take(1_400) == Allowance(1, 2, 0, 1_400)
    assert window.take(1_500) == Allowance(0, 2, 0, 2_001)
    assert window.take(2_001) == Allowance(1, 2, 0, 2_001)


def test_a_batch_gets_the_units_that_are_left() -> None:
    window = RollingWindow(limit=10)
    window.take(1_000, 5)

    allowance = window.take(1_100, 8)

    assert allowance.granted == 5
    assert allowance.reset_ms > 1_100


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 8)), max_size=60))
def test_no_second_ever_holds_more_than_the_limit(steps: list[tuple[int, int]]) -> None:
    window, now, taken = RollingWindow(limit=10), 0, []
    for gap, units in steps:
        now += gap
        allowance = window.take(now, units)
        taken += [now] * allowance.granted
        assert sum(now - 1_000 < moment for moment in taken) <= 10
        assert allowance.reset_ms > now or allowance.granted == units


def test_endpoints_and_accounts_have_windows_of_their_own() -> None:
    limiter = Limiter(enforced=True)
    take = {"limit": 1, "units": 1, "now_ms": 5_000}

    granted = [
        limiter.take(account, path, **take).granted
        for account, path in [("1", "/a"), ("1", "/a"), ("1", "/b"), ("2", "/a")]
    ]

    assert granted == [1, 0, 1, 1]
    assert limiter.refused == 1


def test_an_address_is_refused_beyond_600_requests_in_five_seconds() -> None:
    limiter = Limiter(enforced=True)

    admitted = [limiter.admits_address("10.0.0.1", 1_000) for _ in range(ADDRESS_LIMIT + 1)]

    assert admitted.count(False) == 1
    assert (limiter.requests, limiter.refused) == (ADDRESS_LIMIT + 1, 1)
    assert limiter.admits_address("10.0.0.2", 1_000)
    assert limiter.admits_address("10.0.0.1", 6_001)


def test_switched_off_limits_grant_everything_but_still_tell_headers() -> None:
    limiter = Limiter(enforced=False)

    allowance = limiter.take("1", "/a", limit=10, units=50, now_ms=7)

    assert allowance.granted == 50
    assert dict(allowance.headers()) == {
        "X-Bapi-Limit": "10",
        "X-Bapi-Limit-Status": "10",
        "X-Bapi-Limit-Reset-Timestamp": "7",
    }
    assert all(limiter.admits_address("10.0.0.1", 1) for _ in range(1_000))
