"""An answer that is an error: what the server says about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.openai.received import Body, Received, part, text


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """A body with a bad status. The names of `headers` are looked up in lower case."""

    status: int
    received: Received
    headers: Mapping[str, str]

    def error(self) -> Body:
        """The error object, from whichever of the usual places the server put it."""
        body = self.received.body()
        # Ollama says {"error": "…"}; FastAPI servers say {"message": "…"} or {"detail": "…"}.
        told = (text(body, name) for name in ("error", "message", "detail"))
        said = {"message": next(filter(None, told), "")}
        return part(body, "error") or {**body, **said}

    @property
    def codes(self) -> set[str]:
        """The words that programs go by."""
        error = self.error()
        return {text(error, "code"), text(error, "type")} - {""}

    @property
    def message(self) -> str:
        """The words that people go by; "" if the body is no error object."""
        return text(self.error(), "message")

    @property
    def parameter(self) -> str:
        """The part of the request that is to blame, "" if it is not said."""
        return text(self.error(), "param")
