"""The part of the control API that makes trouble: faults on and off, their log, more accounts."""

from decimal import Decimal

from starlette.requests import Request

from exchange_sim.engine.exchange import Exchange
from exchange_sim.engine.wire_fields import number
from exchange_sim.faults.injection import Injection
from exchange_sim.faults.kinds import FaultKind, Parameter, Value
from exchange_sim.faults.switchboard import Switchboard
from exchange_sim.server.control_requests import ActionTable, ControlError, json_object
from exchange_sim.server.keys import ApiKey, Keyring
from exchange_sim.server.limits import Limiter
from exchange_sim.server.numbers import Row, amount


class FaultControl:
    """Switches faults and opens the accounts of those who shall meet them."""

    def __init__(
        self, exchange: Exchange, keyring: Keyring, switchboard: Switchboard, limiter: Limiter
    ) -> None:
        self._exchange = exchange
        self._keyring = keyring
        self._switchboard = switchboard
        self._limiter = limiter

    def actions(self) -> ActionTable:
        """The actions, by path and method."""
        return [
            ("/control/faults", "POST", self.switch_on),
            ("/control/faults", "GET", self.faults),
            ("/control/faults", "DELETE", self.switch_off),
            ("/control/fault-log", "GET", self.log),
            ("/control/accounts", "POST", self.open_account),
            ("/control/traffic", "GET", self.traffic),
        ]

    async def switch_on(self, request: Request) -> Row:
        """Switch on a fault; a state fault has happened when this answers."""
        wish = await json_object(request)
        try:
            injection = self._switchboard.switch_on(wish)
        except ValueError as error:
            raise ControlError(400, str(error)) from error
        return {"id": injection.id}

    async def faults(self, _request: Request) -> Row:
        """The faults that are on, and all there are."""
        return {
            "active": [_injection_row(one) for one in self._switchboard.active()],
            "catalogue": [_kind_row(kind) for kind in self._switchboard.catalogue.values()],
        }

    async def switch_off(self, request: Request) -> Row:
        """Switch off the fault with this `id`, or all."""
        wanted = request.query_params.get("id")
        injection_id = None if wanted is None else _whole("id", wanted)
        return {"switched_off": self._switchboard.switch_off(injection_id)}

    async def log(self, request: Request) -> Row:
        """The fault log after the entry with the number `after`, or all of it."""
        after = _whole("after", request.query_params.get("after", "0"))
        return {"entries": [entry.row() for entry in self._switchboard.log[after:]]}

    async def traffic(self, _request: Request) -> Row:
        """How many requests came, and how many were beyond a limit; injected refusals are not."""
        return {"requests": self._limiter.requests, "refused": self._limiter.refused}

    async def open_account(self, request: Request) -> Row:
        """Open one more account with a key; the same again changes nothing.

        The account is journalled, its key is not: after a restart the same request brings it back.
        """
        wish = await json_object(request)
        account, key, secret = (_text(wish, name) for name in ("account", "api_key", "api_secret"))
        if not account.isdecimal():
            raise ControlError(400, f"account is {account!r}; Bybit's user ids are digits only")
        balance: Decimal | None = None
        if wish.get("balance") is not None:
            balance = number("balance", wish["balance"])
        try:
            self._keyring.add(ApiKey(key, secret, account))
        except ValueError as error:
            raise ControlError(409, str(error)) from error
        self._exchange.open_account(account, balance)
        wallet = self._exchange.wallet(account)
        return {"account": account, "balance": amount(wallet.balance)}


def _text(wish: Row, name: str) -> str:
    value = wish.get(name)
    if not isinstance(value, str) or not value:
        raise ControlError(400, f"{name} is {value!r}; a text is needed")
    return value


def _whole(name: str, given: str) -> int:
    if not given.isdecimal():
        raise ControlError(400, f"{name} is {given!r}; a whole number from 0 is needed")
    return int(given)


def _injection_row(injection: Injection) -> Row:
    return {
        "id": injection.id,
        "name": injection.name,
        "parameters": {name: _plain(value) for name, value in injection.parameters.items()},
        "match": injection.match.row(),
        "probability": str(injection.probability),
        "count": injection.count,
        "window": list(injection.window),
        "seed": injection.seed,
    }


def _kind_row(kind: FaultKind) -> Row:
    parameters = [_parameter_row(parameter) for parameter in kind.parameters]
    return {"name": kind.name, "parameters": parameters, "summary": kind.summary}


def _parameter_row(parameter: Parameter) -> Row:
    return {
        "name": parameter.name,
        "type": parameter.type,
        "default": _plain(parameter.default),
        "allowed": parameter.allowed,
    }


def _plain(value: Value) -> object:
    return str(value) if isinstance(value, Decimal) else value
