"""Reads a wish for a fault, as the control API receives it, into an Injection."""

import difflib
from collections.abc import Mapping
from decimal import Decimal

from exchange_sim.faults.injection import Injection, Match, whole_from_one
from exchange_sim.faults.kinds import FaultKind, number, whole

_FIELDS = ("name", "parameters", "match", "probability", "count", "window", "seed")
_PROBABILITY = number("probability", "1", lowest="0", highest="1")
_SEED = whole("seed", 0, lowest=None)
_MS_PER_S = 1_000


def read_wish(
    wish: Mapping[str, object],
    catalogue: Mapping[str, FaultKind],
    *,
    injection_id: int,
    now_ms: int,
) -> Injection:
    """The injection that `wish` describes; without a window it takes effect at `now_ms`.

    Raises: ValueError says which value is wrong and what is allowed.
    """
    unknown = sorted(set(wish) - set(_FIELDS))
    if unknown:
        message = f"a fault has no {unknown[0]!r}; it has {', '.join(_FIELDS)}"
        raise ValueError(message)
    kind = _kind(wish.get("name"), catalogue)
    parameters = kind.read(_object("parameters", wish.get("parameters")))
    window = _window(wish.get("window"), now_ms)
    if kind.lasting:
        seconds = [Decimal(str(parameters[name])) for name in kind.lasting.split()]
        window = _shortened(window, sum(seconds, Decimal(0)))
    return Injection(
        id=injection_id,
        kind=kind,
        parameters=parameters,
        match=Match.read(_object("match", wish.get("match"))),
        probability=_probability(wish.get("probability")),
        count=whole_from_one("count", wish.get("count")) or kind.usual_count,
        window=window,
        seed=_seed(wish.get("seed")),
    )


def _kind(name: object, catalogue: Mapping[str, FaultKind]) -> FaultKind:
    found = catalogue.get(str(name))
    if found is not None:
        return found
    near = difflib.get_close_matches(str(name), catalogue, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else f"known are {', '.join(catalogue)}"
    message = f"there is no fault {name!r}; {hint}"
    raise ValueError(message)


def _object(name: str, given: object) -> Mapping[str, object]:
    if given is None or isinstance(given, Mapping):
        return given or {}
    message = f"{name} is {given!r}; a JSON object is needed"
    raise ValueError(message)


def _probability(given: object) -> Decimal:
    value = _PROBABILITY.read(1 if given is None else given)
    return Decimal(str(value))


def _seed(given: object) -> int:
    return int(str(_SEED.read(0 if given is None else given)))


def _window(given: object, now_ms: int) -> tuple[int, int | None]:
    """[from, to) in market milliseconds; a missing start is now, a missing end is open."""
    if given is None:
        return now_ms, None
    moments = list(given) if isinstance(given, list | tuple) else []
    if len(moments) != 2 or not all(_is_moment(moment) for moment in moments):
        message = f"window is {given!r}; two market milliseconds are needed, null for an open side"
        raise ValueError(message)
    start, end = moments
    window = (now_ms if start is None else start, end)
    if end is not None and end <= window[0]:
        message = f"window is {given!r}; its end must lie after its start {window[0]}"
        raise ValueError(message)
    return window


def _is_moment(moment: object) -> bool:
    return moment is None or (isinstance(moment, int) and not isinstance(moment, bool))


def _shortened(window: tuple[int, int | None], lasting_s: Decimal) -> tuple[int, int | None]:
    """The window that ends after `lasting_s` at the latest."""
    start, end = window
    last = start + int(lasting_s * _MS_PER_S)
    return start, last if end is None else min(end, last)
