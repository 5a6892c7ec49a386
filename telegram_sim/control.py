"""The other side: what the owner types and presses, what the bot sent, and what goes wrong."""

import asyncio
import time
from contextlib import suppress
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from telegram_sim.bot_api import BOT
from telegram_sim.state import JsonObject, State, Trouble


async def write(request: Request) -> Response:
    """The owner writes: `{"chat_id", "text"}`; the number of the update.

    A chat with a number below 0 is a group; `user_id` says who writes or presses in it.
    """
    state: State = request.app.state.sim
    given = await request.json()
    text = str(given["text"])
    message = _message(state.message_id(), int(given["chat_id"]), text) | {"from": _person(given)}
    if text.startswith("/"):
        length = len(text.split(maxsplit=1)[0])
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return JSONResponse({"update_id": await state.deliver({"message": message})})


async def press(request: Request) -> Response:
    """The owner presses a button: `{"chat_id", "data", "message_id"?, "user_id"?}`."""
    state: State = request.app.state.sim
    given = await request.json()
    chat_id, number = int(given["chat_id"]), state.message_id()
    query: JsonObject = {
        "id": str(number),
        "from": _person(given),
        "chat_instance": "1",
        "data": str(given["data"]),
        "message": _message(int(given.get("message_id", 1)), chat_id, "a question")
        | {"from": BOT},
    }
    return JSONResponse({"update_id": await state.deliver({"callback_query": query})})


async def trouble(request: Request) -> Response:
    """The next calls fail: `{"method", "status", "description", "retry_after"?, "times"?}`."""
    state: State = request.app.state.sim
    state.troubles.append(Trouble(**await request.json()))
    return JSONResponse({"scripted": len(state.troubles)})


async def calls(request: Request) -> Response:
    """What the bot called since `after`, waiting up to `timeout` seconds for `count` of `method`.

    Without `method` every call counts.
    """
    state: State = request.app.state.sim
    asked = request.query_params
    after, count = int(asked.get("after", "0")), int(asked.get("count", "0"))
    method = asked.get("method", "")

    def found() -> list[JsonObject]:
        rest = state.calls[after:]
        return [asdict(one) for one in rest if method in {"", one.method}]

    with suppress(TimeoutError):
        async with asyncio.timeout(float(asked.get("timeout", "5"))), state.changed:
            await state.changed.wait_for(lambda: len(found()) >= count)
    return JSONResponse({"calls": found(), "total": len(state.calls)})


def _message(message_id: int, chat_id: int, text: str) -> JsonObject:
    return {
        "message_id": message_id,
        "date": int(time.time()),
        "chat": _chat(chat_id),
        "text": text,
    }


def _chat(chat_id: int) -> JsonObject:
    if chat_id < 0:
        return {"id": chat_id, "type": "supergroup", "title": "Desk"}
    return {"id": chat_id, "type": "private", "first_name": "Owner"}


def _person(given: JsonObject) -> JsonObject:
    number = int(str(given.get("user_id", given["chat_id"])))
    return {"id": number, "is_bot": False, "first_name": "Owner", "language_code": "en"}
