"""Answers that are not Bybit's envelope: error pages of proxies, bare statuses, redirects."""

from http import HTTPStatus

from exchange_sim.server.messages import HttpReply, HttpRequest, compact

_HTML = (b"content-type", b"text/html")
_JSON = (b"content-type", b"application/json; charset=utf-8")


def status_page(code: int, body: str) -> HttpReply:
    """An HTTP error whose body is `html`, `json` or `empty`."""
    phrase = HTTPStatus(code).phrase
    match body:
        case "html":
            return web_page(code)
        case "json":
            text = compact({"code": code, "message": phrase})
            return HttpReply(code, text.encode(), (_JSON,))
        case _:
            return HttpReply(code, b"")


def web_page(code: int) -> HttpReply:
    """The page a proxy shows in place of an answer."""
    title = f"{code} {HTTPStatus(code).phrase}"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return HttpReply(code, page.encode(), (_HTML,))


def redirect(code: int, location: str, request: HttpRequest) -> HttpReply:
    """The answer that the resource is at `location`; without one it is where it was."""
    query = f"?{request.query.decode('latin-1')}" if request.query else ""
    target = location or f"{request.path}{query}"
    return HttpReply(code, b"", ((b"location", target.encode("latin-1", "replace")),))
