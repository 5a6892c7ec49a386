"""What a REST request is about, as far as faults want to know."""

from exchange_sim.engine.errors import VenueError
from exchange_sim.faults.injection import FaultEvent
from exchange_sim.server.keys import Keyring
from exchange_sim.server.messages import HttpRequest
from exchange_sim.server.parameters import Parameters


def event_of(
    request: HttpRequest, now_ms: int, keyring: Keyring, usual_account: str
) -> FaultEvent:
    """The event of `request`; one that bears no known key belongs to `usual_account`.

    A batch is about its first order.
    """
    key = keyring.find(request.headers.get(b"x-bapi-api-key", b"").decode("latin-1"))
    about = _about(request)
    return FaultEvent(
        now_ms=now_ms,
        account=key.account if key else usual_account,
        path=request.path,
        op=request.method,
        symbol=about.text("symbol"),
        side=about.text("side"),
        link_id=about.text("orderLinkId"),
    )


def parameters_of(request: HttpRequest) -> Parameters:
    """The parameters of a request; none if they cannot be read."""
    if request.method != "POST":
        return Parameters.of_query(request.query)
    try:
        return Parameters.of_body(request.body)
    except VenueError:
        return Parameters({})


def _about(request: HttpRequest) -> Parameters:
    parameters = parameters_of(request)
    batch = parameters.values.get("request")
    if isinstance(batch, list) and batch and isinstance(batch[0], dict):
        return Parameters({**parameters.values, **batch[0]})
    return parameters
