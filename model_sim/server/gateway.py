"""Everything a client of the model may ask, and what it gets: one place every request passes."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from model_sim.answers.answering import content_of
from model_sim.errors import WireError, error_of
from model_sim.question import Answer, Api, Finish, Question
from model_sim.script.capabilities import Capabilities
from model_sim.script.queue import Script
from model_sim.script.spoiling import spoil_answer, spoil_bill, spoil_question
from model_sim.script.steps import Kind, Step
from model_sim.server.questions import check_key, check_model, read_body, read_question
from model_sim.server.records import Call, Calls, public_headers, shortened, without_pictures
from model_sim.server.settings import Settings
from model_sim.server.wire import JsonReply, NoReply, Patience
from model_sim.tokens import CHARACTERS_PER_TOKEN, text_tokens, usage_of
from model_sim.values import Row, digest, row_of
from model_sim.wire.chat_reply import chat_body
from model_sim.wire.responses_reply import responses_body

_API_PATHS: Mapping[str, Api] = MappingProxyType(
    {"/v1/chat/completions": Api.CHAT, "/v1/responses": Api.RESPONSES}
)
_MODELS = "/v1/models"
_MODEL_MADE = 1_762_000_000  # seconds UTC; no client may rely on it
_HTML = "<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>"


@dataclass(slots=True)
class _Visit:
    """One request on its way through."""

    request: Request
    number: int
    request_id: str = ""
    body: bytes = b""
    step: Step | None = None


class Gateway:
    """The model server without its socket. `now` gives seconds UTC for the creation times."""

    def __init__(self, settings: Settings, now: Callable[[], int], patience: Patience) -> None:
        self._settings = settings
        self._patience = patience
        self._now = now
        self._asked: Counter[str] = Counter()
        self.script = Script()
        self.capabilities = Capabilities()
        self.calls = Calls()

    async def serve(self, request: Request) -> Response:
        """The reply to one request, which is remembered."""
        visit = _Visit(request, self.calls.next_number())
        try:
            try:
                visit.body = await read_body(request)
            finally:
                visit.request_id = self._request_id(visit)
            reply = await self._reply(visit)
        except WireError as error:
            headers = {}
            if visit.step is not None:
                headers = _texts(visit.step.options.get("headers"))
            reply = JsonReply(error.status, error.body(), {**self._headers(visit), **headers})
        self._remember(visit, reply)
        return reply

    async def _reply(self, visit: _Visit) -> Response:
        request = visit.request
        check_key(request, self._settings.api_key)
        path = request.url.path
        if request.method == "POST" and path in _API_PATHS:
            return await self._answer(visit, _API_PATHS[path])
        if request.method == "GET" and path == _MODELS:
            return JsonReply(200, self._models(), self._headers(visit))
        if request.method == "GET" and path.startswith(f"{_MODELS}/"):
            model = path.removeprefix(f"{_MODELS}/")
            check_model(model, self._settings.models)
            return JsonReply(200, _model(model), self._headers(visit))
        raise WireError(404, f"Invalid URL ({request.method} {path})")

    async def _answer(self, visit: _Visit, api: Api) -> Response:
        loop = asyncio.get_running_loop()
        arrived = loop.time()
        question = read_question(api, visit.body, self._settings.models)
        question = self.capabilities.take(question)
        visit.step = step = self.script.take()
        try:
            return self._play(step, question, visit)
        finally:
            # Latency counts from arrival: what looking at the picture took is part of it.
            seconds = self._settings.latency.total_seconds() + step.number("seconds", 0)
            await self._patience.wait(visit.request, seconds - (loop.time() - arrived))

    def _play(self, step: Step, question: Question, visit: _Visit) -> Response:
        match step.kind:
            case Kind.DROP:
                return NoReply()
            case Kind.HTML:
                return Response(_HTML, step.whole("status", 200), media_type="text/html")
            case Kind.STATUS:
                raise _scripted_error(step)
            case _:
                return JsonReply(200, self._answer_body(step, question), self._headers(visit))

    def _answer_body(self, step: Step, question: Question) -> Row:
        settings = self._settings
        seen = spoil_question(step, question)
        content = content_of(seen, settings.seed)
        answer = spoil_answer(step, _within_limit(seen, content, settings.reasoning))
        billed = usage_of(seen, answer.content, settings.reasoning)
        answer = replace(answer, usage=spoil_bill(step, billed))
        write = chat_body if question.api is Api.CHAT else responses_body
        return write(question, answer, seed=settings.seed, created=self._now())

    def _models(self) -> Row:
        return {"object": "list", "data": [_model(name) for name in self._settings.models]}

    def _request_id(self, visit: _Visit) -> str:
        """Another for every repetition of a request, the same in every equal run."""
        request = visit.request
        mark = digest(request.method, request.url.path, hashlib.sha256(visit.body).hexdigest())
        self._asked[mark] += 1
        return f"req_{digest('request', self._settings.seed, mark, self._asked[mark])[:32]}"

    def _headers(self, visit: _Visit) -> dict[str, str]:
        return {
            "x-request-id": visit.request_id,
            "openai-version": "2020-10-01",
            "openai-processing-ms": str(round(self._settings.latency.total_seconds() * 1000)),
            "x-ratelimit-limit-requests": "5000",
            "x-ratelimit-remaining-requests": "4999",
            "x-ratelimit-reset-requests": "12ms",
            "x-ratelimit-limit-tokens": "800000",
            "x-ratelimit-remaining-tokens": "796000",
            "x-ratelimit-reset-tokens": "300ms",
        }

    def _remember(self, visit: _Visit, reply: Response) -> None:
        request = visit.request
        is_silent = isinstance(reply, NoReply)
        self.calls.add(
            Call(
                number=visit.number,
                method=request.method,
                path=request.url.path,
                headers=public_headers(dict(request.headers)),
                body=_told(visit.body),
                step="" if visit.step is None else visit.step.kind.value,
                status=0 if is_silent else reply.status_code,
                answer="" if is_silent else shortened(bytes(reply.body).decode()),
            )
        )


def _within_limit(question: Question, content: str, reasoning: int) -> Answer:
    """The content, cut where the tokens allowed are used up; thinking uses them first."""
    answer = Answer(question.model, content)
    if question.max_output is None:
        return answer
    room = max(0, question.max_output - reasoning)
    if text_tokens(content) <= room:
        return answer
    kept = content[: room * CHARACTERS_PER_TOKEN]
    return replace(answer, content=kept or None, finish=Finish.LENGTH)


def _scripted_error(step: Step) -> WireError:
    error = error_of(step.whole("status"), step.text("code") or None)
    if not step.text("message"):
        return error
    return WireError(
        error.status, step.text("message"), kind=error.kind, param=error.param, code=error.code
    )


def _model(name: str) -> Row:
    return {"id": name, "object": "model", "created": _MODEL_MADE, "owned_by": "model_sim"}


def _texts(headers: object) -> dict[str, str]:
    return {name: str(value) for name, value in row_of(headers).items()}


def _told(body: bytes) -> object:
    try:
        return without_pictures(json.loads(body)) if body else None
    except (ValueError, RecursionError):
        return shortened(body.decode(errors="replace"))
