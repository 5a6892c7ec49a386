"""The methods of the Bot API that a desk's bot uses, answered as Telegram does.

Source of the shapes: core.telegram.org/bots/api, read 2026-11-21.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from telegram_sim.refusals import refusal
from telegram_sim.state import Call, JsonObject, State

BOT: JsonObject = {
    "id": 42,
    "is_bot": True,
    "first_name": "Desk",
    "username": "desk_bot",
    "can_join_groups": False,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
_LONGEST_POLL_S = 50

Method = Callable[[State, dict[str, str]], Awaitable[object]]


async def call(request: Request) -> Response:
    """One method of the Bot API: `/bot<token>/<method>`."""
    state: State = request.app.state.sim
    method = request.path_params["method"]
    parameters, files = await _parameters(request)
    if request.path_params["token"] != state.token:
        return _error(401, "Unauthorized")
    if (trouble := state.trouble_for(method)) is not None:
        await state.keep(Call(method, parameters, files, trouble.status))
        return JSONResponse(trouble.body(), status_code=trouble.status)
    answer = METHODS.get(method)
    if answer is None:
        return _error(404, "Not Found: method not found")
    if (fault := refusal(parameters)) is not None:
        await state.keep(Call(method, parameters, files, 400))
        return _error(400, fault)
    result = await answer(state, parameters)
    if method != "getUpdates":
        await state.keep(Call(method, parameters, files, 200))
    return JSONResponse({"ok": True, "result": result})


async def _get_me(_state: State, _given: dict[str, str]) -> object:
    return BOT


async def _get_updates(state: State, given: dict[str, str]) -> object:
    state.forget_before(int(given.get("offset", "0")))
    wait = min(float(given.get("timeout", "0")), _LONGEST_POLL_S)
    with suppress(TimeoutError):
        async with asyncio.timeout(wait), state.changed:
            await state.changed.wait_for(lambda: bool(state.updates))
    return list(state.updates)


async def _message(state: State, given: dict[str, str]) -> object:
    markup = given.get("reply_markup")
    return {
        "message_id": int(given["message_id"]) if "message_id" in given else state.message_id(),
        "from": BOT,
        "chat": {"id": int(given["chat_id"]), "type": "private", "first_name": "Owner"},
        "date": int(time.time()),
        "text": given.get("text", given.get("caption", "")),
        **({"reply_markup": json.loads(markup)} if markup else {}),
    }


async def _yes(_state: State, _given: dict[str, str]) -> object:
    return True


METHODS: dict[str, Method] = {
    "getMe": _get_me,
    "getUpdates": _get_updates,
    "sendMessage": _message,
    "sendPhoto": _message,
    "editMessageText": _message,
    "editMessageReplyMarkup": _message,
    "answerCallbackQuery": _yes,
    "deleteWebhook": _yes,
    "setMyCommands": _yes,
}


async def _parameters(request: Request) -> tuple[dict[str, str], dict[str, int]]:
    async with request.form() as form:
        parameters = {name: value for name, value in form.items() if isinstance(value, str)}
        files = {
            name: len(await value.read())
            for name, value in form.items()
            if isinstance(value, UploadFile)
        }
    return parameters, files


def _error(status: int, description: str) -> Response:
    body = {"ok": False, "error_code": status, "description": description}
    return JSONResponse(body, status_code=status)
