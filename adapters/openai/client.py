"""One connection to a model server: the SDK signs and sends, we decide what an answer means.

What is done to openai 3.52 and why:
- Its retries are off: `retrying` decides, within the deadline and where the ledger sees it.
- Redirects are refused: a picture and a key go where the owner said.
- Answers are asked for unpacked and read within bounds (`bounds`).
- Bodies are taken as bytes: the SDK's own reading loses usage and text of a cut answer
  (openai-python #1700), and would accept what is no answer.
- OPENAI_ORG_ID and OPENAI_PROJECT_ID of the environment are ignored; the desk has its settings.
- Proxies of the environment are used, except on the own network, where they only break things.
"""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import httpx2
from openai import APIConnectionError, APIStatusError, DefaultHttpxClient, OpenAI

from adapters.openai.access import ModelAccess
from adapters.openai.bad_answer import BadAnswer
from adapters.openai.bounds import BoundedBodies, UnreadableBodyError, began
from adapters.openai.network_errors import network_failure
from adapters.openai.received import Received
from adapters.openai.status_errors import failure_of
from adapters.openai.wording import Wire
from trading.errors import MisconfiguredError
from trading.model_errors import ModelError, ModelRefusedError, RefusalKind

_NO_KEY = "no-key"
"""Sent to servers that need none: the SDK does not go without."""

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long one step of a request may take; `deadline` of the request bounds them together.

    `read` is the wait for the next bytes: of the whole answer, since it is not streamed.
    """

    connect: timedelta = timedelta(seconds=5)
    write: timedelta = timedelta(seconds=15)
    read: timedelta = timedelta(seconds=60)

    def within(self, left: timedelta) -> httpx2.Timeout:
        """The time-outs of a request that has so much time left."""
        steps = (self.connect, self.write, self.read)
        connect, write, read = (min(step, left).total_seconds() for step in steps)
        # The pool time-out carries the whole time to `bounds`.
        return httpx2.Timeout(connect=connect, write=write, read=read, pool=left.total_seconds())


REASONING = Timeouts(read=timedelta(seconds=120))
"""For models that think before they answer."""


def usual_timeouts(access: ModelAccess, *, reasons: bool = False) -> Timeouts:
    """A minute for an answer, two if the model thinks first (analysis.md §3.10).

    It does if it is told to, or if it is known to (`reasons`): some think unasked.
    """
    return REASONING if reasons or access.effort is not None else Timeouts()


@dataclass(frozen=True, slots=True)
class Clocks:
    """The wall clock, for dates of the server, and one that never jumps, in seconds."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    elapsed: Callable[[], float] = time.monotonic


class ModelClient:
    """Sends single requests; safe to share between threads. Close it when done."""

    def __init__(
        self, access: ModelAccess, sdk: OpenAI, timeouts: Timeouts, clocks: Clocks
    ) -> None:
        self.access = access
        self._sdk = sdk
        self._timeouts = timeouts
        self._clocks = clocks

    def __repr__(self) -> str:
        return f"ModelClient({self.access.base_url!r}, {self.access.model!r})"

    def post(self, path: str, body: Wire, within: timedelta) -> Received:
        """The answer to a question, sent once.

        Raises:
            ModelUnavailableError: no answer this time; it may be sent again after a pause.
            ModelRefusedError: the message says what has to change first.
        """
        timeout = self._timeouts.within(within)
        return self._receive(
            lambda: self._sdk.post(
                path, body=body, cast_to=httpx2.Response, options={"timeout": timeout}
            )
        )

    def get(self, path: str, within: timedelta) -> Received:
        """What the server says about itself. Raises as `post` does."""
        timeout = self._timeouts.within(within)
        return self._receive(
            lambda: self._sdk.get(path, cast_to=httpx2.Response, options={"timeout": timeout})
        )

    def failure(
        self, status: int, received: Received, headers: Mapping[str, str] = _NO_HEADERS
    ) -> ModelError:
        """The error that a status and a body stand for."""
        answer = BadAnswer(status, received, headers)
        return failure_of(answer, self.access, self._clocks.now())

    def close(self) -> None:
        """Give the connections back."""
        self._sdk.close()

    def _receive(self, send: Callable[[], httpx2.Response]) -> Received:
        started = self._clocks.elapsed()
        failure: ModelError
        try:
            return self._received(send(), started)
        except APIStatusError as error:
            received = self._received(error.response, started)
            failure = self.failure(error.status_code, received, error.response.headers)
        except APIConnectionError as error:
            failure = network_failure(error, self.access)
        except UnreadableBodyError as error:
            failure = ModelRefusedError(
                f"{self.access.server}: {error}",
                kind=RefusalKind.TOO_LARGE,
                advice="Check what stands at that address.",
                may_be_billed=True,
            )
        # Outside the handler: the original error, whose request carries the key, must not travel
        # along as the context of ours.
        raise failure

    def _without_key(self, raw: bytes) -> bytes:
        # A proxy that echoes what it was sent would put the key into the ledger.
        key = self.access.api_key.get_secret_value().encode()
        return raw.replace(key, b"***") if key else raw

    def _received(self, response: httpx2.Response, started: float) -> Received:
        first = began(response)
        return Received(
            raw=self._without_key(response.content),
            request_id=response.headers.get("x-request-id", ""),
            latency=timedelta(seconds=self._clocks.elapsed() - started),
            first_byte=None if first is None else timedelta(seconds=first - started),
        )


def connect_model(
    access: ModelAccess, *, timeouts: Timeouts | None = None, clocks: Clocks | None = None
) -> ModelClient:
    """A client of the model that `access` names. Nothing is sent yet.

    Raises:
        MisconfiguredError: the certificate file or a proxy of the environment cannot be used.
    """
    clocks = clocks or Clocks()
    key = access.api_key.get_secret_value() or _NO_KEY
    sdk = OpenAI(
        base_url=access.base_url,
        api_key=key,
        max_retries=0,
        http_client=_http_client(access, BoundedBodies(clocks.elapsed)),
        # Said again here, or OPENAI_CUSTOM_HEADERS could replace it with the key of another host.
        default_headers={"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"},
    )
    sdk.organization = sdk.project = sdk.admin_api_key = None
    return ModelClient(access, sdk, timeouts or usual_timeouts(access), clocks)


def _http_client(access: ModelAccess, bodies: BoundedBodies) -> httpx2.Client:
    context = _trusted(access.ca_path)
    try:
        return DefaultHttpxClient(
            verify=context,
            trust_env=not access.is_local,
            follow_redirects=False,
            event_hooks={"request": [bodies.before], "response": [bodies.after]},
        )
    except (ValueError, ImportError, httpx2.InvalidURL) as error:
        message = f"the proxy in HTTPS_PROXY or ALL_PROXY cannot be used ({error}); correct it"
        raise MisconfiguredError(message) from None


def _trusted(ca_path: str | None) -> ssl.SSLContext:
    context = httpx2.create_ssl_context()
    if ca_path is None:
        return context
    try:
        context.load_verify_locations(cafile=ca_path)
    except OSError as error:
        message = (
            f"certificate file {ca_path!r} cannot be read ({error.strerror}); give a PEM file"
        )
        raise MisconfiguredError(message) from None
    return context
