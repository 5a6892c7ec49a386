"""One session with Bybit: pybit signs and sends, we decide what an answer means.

What is done to pybit 5.17 and why (bybit_v5.md §5.1):
- `endpoint` is replaced, the only way to another host.
- Every HTTP answer is judged by a hook before pybit sees it: pybit would sleep up to nine seconds
  inside a call, take a null retCode for success, fail with a ValueError on a rate-limit header of
  the past, and put the request and the API key into its error texts.
- Its own retries are off: one place decides about retries, and an order is never sent twice here.
- Its logger is silenced: it quotes answers and adds a handler per session.
- Proxies of the environment are ignored on the own network, where they only break things.
"""

import logging

import requests
import urllib3
from pybit.unified_trading import HTTP
from requests.adapters import HTTPAdapter

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.addresses import is_local
from adapters.bybit.answers import Answer, answer_of, judge, network_failure
from adapters.bybit.endpoints import Read, Write
from adapters.bybit.masking import Mask
from adapters.bybit.rate_limits import call_of
from adapters.bybit.ret_codes import RET_CODES, Verdict
from adapters.bybit.retries import ReadPolicy
from adapters.bybit.stamping import StampedHTTP
from adapters.bybit.traffic import OPEN_GATE, LastHeaders, TrafficGate, outcome_of
from trading.errors import ExchangeError, MisconfiguredError

_NO_RETRY_CODES = {-999_999}  # an empty set would bring pybit's defaults back
_ALREADY_SO = {
    code for code, meaning in RET_CODES.items() if meaning.verdict is Verdict.ALREADY_SO
}
_CONNECTIONS = 64


class BybitTransport:
    """Sends requests; safe to share between threads. Close it when done.

    Every single request, each repeat of a read too, passes `gate` first.
    """

    def __init__(
        self,
        access: ExchangeAccess,
        policy: ReadPolicy | None = None,
        gate: TrafficGate = OPEN_GATE,
    ) -> None:
        self._access = access
        self._gate = gate
        self._last = LastHeaders()
        self._session = _open_session(access, self._last)
        self._retrying = (policy or ReadPolicy()).caller()

    def __repr__(self) -> str:
        return f"BybitTransport({self._access.base_url!r})"

    def read(self, endpoint: Read, **parameters: object) -> Answer:
        """The answer to a read, repeated with backoff while it did not happen or got lost.

        Raises:
            ExchangeError: the last failure when attempts or time ran out, a refusal at once.
            MisconfiguredError: the request needs a key and there is none.
        """
        return self._retrying(self._send, endpoint, parameters)

    def read_once(self, endpoint: Read, **parameters: object) -> Answer:
        """The answer to a read without repeats, for measuring the round trip."""
        return self._send(endpoint, parameters)

    def write(self, endpoint: Write, **parameters: object) -> Answer:
        """The answer to a write, sent once; `already so` counts as success.

        Raises:
            ExchangeError: the kind says whether it happened; an unknown outcome is looked up by
                link id before anything is sent again.
        """
        return self._send(endpoint, parameters)

    def close(self) -> None:
        """Give the connections back."""
        self._session.client.close()

    def _send(self, endpoint: Read | Write, parameters: dict[str, object]) -> Answer:
        report = self._gate.admit(call_of(self._access, endpoint, parameters))
        self._last.headers = {}
        try:
            answer = self._exchange(endpoint, parameters)
        except ExchangeError as error:
            report(outcome_of(error, self._last.headers))
            raise
        report(outcome_of(None, self._last.headers))
        return answer

    def _exchange(self, endpoint: Read | Write, parameters: dict[str, object]) -> Answer:
        failure: ExchangeError | MisconfiguredError
        try:
            return answer_of(getattr(self._session, endpoint)(**parameters))
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            failure = network_failure(endpoint, error)
        except PermissionError:
            failure = MisconfiguredError(
                f"{endpoint} needs an API key and none is set; set the exchange's key and secret"
            )
        # Outside the handler: the original error, whose request carries the key and the signature,
        # must not travel along as the context of ours.
        raise failure


def _open_session(access: ExchangeAccess, last: LastHeaders) -> HTTP:
    key = access.api_key.get_secret_value()
    secret = access.api_secret.get_secret_value()
    session = StampedHTTP(
        api_key=key or None,
        api_secret=secret or None,
        recv_window=round(access.receive_window.total_seconds() * 1000),
        timeout=access.timeout.total_seconds(),
        force_retry=False,
        retry_codes=_NO_RETRY_CODES,
        ignore_codes=_ALREADY_SO,
        max_retries=1,
    )
    session.endpoint = access.base_url
    _silence(session.logger)
    session.client.trust_env = not is_local(access.base_url)
    _prepare(session.client, Mask(key, secret), last)
    return session


def _prepare(client: requests.Session, mask: Mask, last: LastHeaders) -> None:
    client.mount("https://", HTTPAdapter(pool_maxsize=_CONNECTIONS))
    client.mount("http://", HTTPAdapter(pool_maxsize=_CONNECTIONS))

    def check(response: requests.Response, **_options: object) -> None:
        last.headers = response.headers
        judge(response, mask)

    client.hooks["response"].append(check)


def _silence(logger: logging.Logger) -> None:
    logger.handlers.clear()
    logger.disabled = True
