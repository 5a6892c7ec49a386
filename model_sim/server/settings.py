"""What the owner of the stand-in may choose, as one value."""

from dataclasses import dataclass, field
from datetime import timedelta

DEFAULT_MODEL = "stand-in-vision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every option of `python -m model_sim`; secrets never show in a repr.

    `api_key` "" takes any key or none, as local servers do. `reasoning` tokens are thought before
    every answer.
    """

    api_key: str = field(repr=False)
    control_token: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 0
    seed: int = 1
    models: tuple[str, ...] = (DEFAULT_MODEL,)
    latency: timedelta = timedelta(0)
    reasoning: int = 0
    json: bool = False
