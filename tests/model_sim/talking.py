"""How tests talk to a stand-in: by either API, and by its control API."""

import base64
from dataclasses import dataclass
from typing import Any

import httpx

from model_sim.server.settings import Settings

KEY, TOKEN, MODEL = "sk-stand-in-0123456789", "open sesame", "stand-in-vision"
CREATED = 1_760_000_000
HEADERS = {"Authorization": f"Bearer {KEY}", "X-Control-Token": TOKEN}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Talk:
    """A client of the model, and the hand that scripts it."""

    client: httpx.Client

    def chat(self, *texts: str, images: tuple[bytes, ...] = (), **more: Any) -> httpx.Response:
        content: list[Row] = [{"type": "text", "text": text} for text in texts or ("Ready?",)]
        content += [
            {"type": "image_url", "image_url": {"url": data_uri(image), "detail": "high"}}
            for image in images
        ]
        body = {"model": MODEL, "messages": [{"role": "user", "content": content}]} | more
        return self.client.post("/v1/chat/completions", json=body)

    def responses(
        self, *texts: str, images: tuple[bytes, ...] = (), **more: Any
    ) -> httpx.Response:
        content: list[Row] = [{"type": "input_text", "text": text} for text in texts or ("Go",)]
        content += [{"type": "input_image", "image_url": data_uri(image)} for image in images]
        body = {"model": MODEL, "input": [{"role": "user", "content": content}]} | more
        return self.client.post("/v1/responses", json=body)

    def script(self, *steps: Row) -> None:
        reply = self.client.post("/control/script", json=list(steps))
        assert reply.status_code == 200, reply.text

    def can(self, **capabilities: bool | str) -> None:
        reply = self.client.post("/control/capabilities", json=capabilities)
        assert reply.status_code == 200, reply.text

    def calls(self) -> list[Row]:
        found: list[Row] = self.client.get("/control/calls").json()["calls"]
        return found


def settings(**changes: Any) -> Settings:
    return Settings(**({"api_key": KEY, "control_token": TOKEN} | changes))


def data_uri(image: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"


def content_of(reply: httpx.Response) -> str:
    """What the model said, by either API."""
    assert reply.status_code == 200, reply.text
    body = reply.json()
    if body["object"] == "chat.completion":
        return str(body["choices"][0]["message"]["content"])
    return str(body["output"][-1]["content"][0]["text"])


def schema_of(**properties: Row) -> Row:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def in_chat(schema: Row, *, strict: bool = True) -> Row:
    named = {"name": "answer", "strict": strict, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def in_responses(schema: Row) -> Row:
    named = {"type": "json_schema", "name": "answer", "strict": True, "schema": schema}
    return {"text": {"format": named}}


CODE_SCHEMA = schema_of(code={"type": "string"})


@dataclass(frozen=True, slots=True)
class Served:
    """A stand-in on loopback."""

    base_url: str
    talk: Talk
