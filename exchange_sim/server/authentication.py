"""Who asks: the signature, key and timestamp checks of REST and WebSocket (spec 1.1, 1.3).

Order of the REST checks, a choice of the simulator: headers, key, timestamp, signature.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from exchange_sim.engine.errors import VenueError
from exchange_sim.server.codes import WireCode
from exchange_sim.server.keys import ApiKey, Keyring
from exchange_sim.server.messages import HttpRequest

DEFAULT_WINDOW_MS = 5_000
MAX_AHEAD_MS = 1_000
_WINDOW_TEXT = (
    "invalid request, please check your server timestamp or recv_window param. "
    "req_timestamp[{sent}],server_timestamp[{now}],recv_window[{window}]"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The three headers of a signed request besides its signature, as text."""

    key: str
    timestamp: str
    window: str  # empty if the header was not sent


def authenticate(request: HttpRequest, keyring: Keyring, clocks_ms: Sequence[int]) -> ApiKey:
    """The key that signed `request`; `clocks_ms` are the moments its timestamp may be near to.

    Raises: VenueError 10001, 10002, 10003 or 10004; the request was not executed.
    """
    stamp, signature = _stamp(request)
    key = keyring.find(stamp.key)
    if key is None:
        raise VenueError(WireCode.KEY_INVALID, "API key is invalid.")
    check_timestamp(stamp.timestamp, stamp.window, clocks_ms)
    payload = request.body if request.method == "POST" else request.query
    signed = f"{stamp.timestamp}{stamp.key}{stamp.window}".encode() + payload
    if not key.has_signed(signed, signature):
        origin = signed.decode(errors="replace")
        raise VenueError(WireCode.SIGNATURE, f"error sign! origin_string[{origin}]")
    return key


def check_timestamp(timestamp: str, window: str, clocks_ms: Sequence[int]) -> None:
    """Check that `now - window <= timestamp < now + 1 s` for one of the clocks.

    Raises: VenueError 10001 for no number, 10002 outside the window.
    """
    if not timestamp.isdecimal() or not (window.isdecimal() or window == ""):
        message = "params error: X-BAPI-TIMESTAMP or X-BAPI-RECV-WINDOW is not a whole number"
        raise VenueError(WireCode.PARAMETER, message)
    sent, span = int(timestamp), int(window) if window else DEFAULT_WINDOW_MS
    if not any(now - span <= sent < now + MAX_AHEAD_MS for now in clocks_ms):
        text = _WINDOW_TEXT.format(sent=sent, now=clocks_ms[0], window=span)
        raise VenueError(WireCode.TIMESTAMP, text)


def authenticate_socket(
    arguments: Sequence[object], keyring: Keyring, clocks_ms: Sequence[int]
) -> ApiKey:
    """The key behind a WebSocket login: [key, expires (integer or text), signature].

    Raises: VenueError 10001 (form), 10003 (key), 10002 (expired) or 10004 (signature).
    """
    if len(arguments) != 3:
        raise VenueError(WireCode.PARAMETER, "Params Error")
    name, expires, signature = (str(argument) for argument in arguments)
    if not expires.isdecimal():
        raise VenueError(WireCode.PARAMETER, "Params Error")
    key = keyring.find(name)
    if key is None:
        raise VenueError(WireCode.KEY_INVALID, "API key is invalid.")
    if all(int(expires) <= now for now in clocks_ms):
        raise VenueError(WireCode.TIMESTAMP, "error:request expired")
    if not key.has_signed(f"GET/realtime{expires}".encode(), signature):
        raise VenueError(WireCode.SIGNATURE, "Params Error")
    return key


def _stamp(request: HttpRequest) -> tuple[Stamp, str]:
    def header(name: bytes) -> str:
        return request.headers.get(name, b"").decode("latin-1")

    stamp = Stamp(
        key=header(b"x-bapi-api-key"),
        timestamp=header(b"x-bapi-timestamp"),
        window=header(b"x-bapi-recv-window"),
    )
    signature = header(b"x-bapi-sign")
    if not (stamp.key and stamp.timestamp and signature):
        message = (
            f"empty value: apiTimestamp[{stamp.timestamp}] apiKey[{stamp.key}] "
            f"apiSignature[{signature}]: openapi sign params error!"
        )
        raise VenueError(WireCode.PARAMETER, message)
    return stamp, signature
