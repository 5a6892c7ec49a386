"""A vision model that is ready to be asked, as the desk's steps see it: plain functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from trading.arms import Arm
from trading.cache_keys import CallOptions
from trading.canonical import Json
from trading.failures import Failure
from trading.model_answer import ModelAnswer
from trading.prompts import Prompt, PromptTexts
from trading.replies import ModelReply, ModelRequest
from trading.snapshot import MarketSnapshot

Send: TypeAlias = Callable[[ModelRequest], ModelReply]
"""Sends one request once; raises ModelError if there is no answer."""

Around: TypeAlias = Callable[[Send], Send]
"""Puts something before and after every single send, retries included."""


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Who is asked and how, as far as it can change an answer. `host` is a bare name and port.

    `mode` says in stable words how an answer is held to its schema, whether a picture is put into
    words first, and who speaks the instructions. It is part of the arm's fingerprint: a model that
    is asked in another way is another arm, with a calibration of its own.
    """

    provider: str
    host: str
    model: str
    api: str
    mode: str
    options: CallOptions


@dataclass(frozen=True, slots=True)
class Probe:
    """A question whose answer is known, and what is wrong with a reply to it, None if nothing."""

    request: ModelRequest
    judge: Callable[[ModelReply], Failure | None]


@dataclass(frozen=True, slots=True)
class OpenModel:
    """A model with its words: `phrase` fills a prompt, `ask` sends it, `read` reads the reply.

    `probe` makes a new question that tries the model out, with a picture or without.
    """

    identity: ModelIdentity
    ask: Callable[[ModelRequest, Around], ModelReply]
    phrase: Callable[[PromptTexts, MarketSnapshot, Arm], Prompt]
    read: Callable[[ModelReply], ModelAnswer | Failure]
    schema: Json
    probe: Callable[[bool], Probe]
