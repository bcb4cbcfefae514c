"""The guard: an ASGI layer in front of Solara that checks who may talk to the server, and how much.

A page on the web can send requests to a server on one's own machine, and open a WebSocket to it. Browsers say in
``Origin`` which page it was, and in ``Host`` which name it called; both are checked before anything else happens, also
for WebSockets, to which no other rule of the browser applies. What comes in is limited before it is read: the body of a
request, and what a WebSocket brings per message and over time (files come up through it).

Every answer carries a content security policy. It is as strict as Solara's page bears, and these are its exceptions:

- ``'unsafe-eval'``: widgets come as templates, which Vue 2 compiles to functions in the browser.
- ``blob:`` for scripts: anywidget, which carries the network, imports a module that it was sent as text.
- ``'unsafe-inline'`` for styles: Vuetify and ECharts write style attributes and elements. Inline scripts need a nonce
  that is new for every page, so that a script that somebody smuggles in does not run.
- ``data:`` and ``blob:`` for images, ``data:`` for fonts: icons inside style sheets, charts saved as images.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

NONCE: Final = "handshake.nonce"
"""Key of a request's scope under which its nonce stands."""
MAX_BODY: Final = 64 * 1024
"""Largest body of a request, bytes: a browser says goodbye with an empty one, and that is the only one there is."""
MAX_QUERY: Final = 8 * 1024
"""Longest query of an address, bytes."""
MAX_MESSAGE: Final = 1_600_000
"""Largest message of a WebSocket, bytes: files come up in one, and app.studio.uploads says how large they may be."""
BURST: Final = 8 * 1024 * 1024
"""What a WebSocket may bring at once, bytes."""
RATE: Final = 256 * 1024.0
"""What a WebSocket may bring per second in the long run, bytes."""

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Names of this machine to itself. No name server gives them away, so that no page on the web can pose as one."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
_AUTHORITY: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?")
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    # With no-referrer, the browser would hide the origin of its goodbye, too.
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def content_policy(nonce: str, host: str) -> str:
    """Return the content security policy of an answer.

    Parameters
    ----------
    nonce
        What inline scripts have to carry.
    host
        The host that was called. Older browsers do not take a WebSocket to it for ``'self'``.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' ws://{host} wss://{host}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


@dataclass(frozen=True, slots=True)
class Doors:
    """Under which addresses the studio may be called.

    Attributes
    ----------
    names
        Names of hosts, with any port: a tunnel has another one.
    any_number
        Whether every numerical address will do. A page on the web can get hold of a name, but not of a number.
    origins
        Origins of pages (``https://studio.example.org``) that may talk to the server beside its own.
    """

    names: frozenset[str] = LOOPBACK
    any_number: bool = False
    origins: frozenset[str] = frozenset()

    def lets_host(self, host: str) -> bool:
        """Return whether a request with this ``Host`` may come in."""
        found = _AUTHORITY.fullmatch(host.lower())
        if found is None:
            return False
        return found["name"] in self.names or (self.any_number and _is_number(found["name"]))

    def lets_origin(self, origin: str, host: str) -> bool:
        """Return whether a page with this ``Origin`` may talk to this ``Host``: the studio's own pages may."""
        if origin in self.origins:
            return True
        try:
            page = urlsplit(origin)
        except ValueError:
            return False
        return page.scheme in ("http", "https") and page.netloc.lower() == host.lower()


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class Allowance:
    """A token bucket: a burst, then a rate per second.

    Parameters
    ----------
    burst, rate
        Bytes, and bytes per second.
    clock
        Seconds.
    """

    def __init__(self, burst: float = BURST, rate: float = RATE, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._rate, self._clock = burst, rate, clock
        self._left, self._then = burst, clock()

    def take(self, size: int) -> bool:
        """Return whether so many bytes more are allowed, and count them."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._then) * self._rate) - size
        self._then = now
        return self._left >= 0.0


class TooLargeError(Exception):
    """A request's body is larger than it said, or than is allowed."""


class Guard:
    """An ASGI application that lets through to another what may come in.

    Parameters
    ----------
    app
        The application behind it.
    doors
        Under which addresses it may be called.
    """

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app, self._doors = app, doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request or a WebSocket."""
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        nonce, headers = secrets.token_urlsafe(16), _headers(scope)
        host = "".join(headers.get("host", []))
        policy = content_policy(nonce, host) if self._doors.lets_host(host) else "default-src 'none'"
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                own = {**_HEADERS, "content-security-policy": policy}
                kept = [pair for pair in message["headers"] if pair[0].decode("latin-1").lower() not in own]
                message = {**message, "headers": kept + [(k.encode(), v.encode("latin-1")) for k, v in own.items()]}
            await send(message)

        if status := self._refusal(scope, headers):
            await _refuse(answer, status)
            return
        try:
            await self._app({**scope, NONCE: nonce}, _limited(receive), answer)
        except TooLargeError:
            if not started:
                await _refuse(answer, 413)

    def _refusal(self, scope: Scope, headers: dict[str, list[str]]) -> int:
        """Return the status with which a request is refused, 0 if it is not."""
        hosts, lengths = headers.get("host", []), headers.get("content-length", ["0"])
        if len(hosts) != 1 or not self._doors.lets_host(hosts[0]):
            return 421
        if any(not self._doors.lets_origin(origin, hosts[0]) for origin in headers.get("origin", [])):
            return 403
        if scope["method"] not in _METHODS:
            return 405
        if len(scope["query_string"]) > MAX_QUERY:
            return 414
        # The server has made sure that it is a number.
        return 413 if any(int(length) > MAX_BODY for length in lengths) else 0

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        hosts, origins = headers.get("host", []), headers.get("origin", [])
        # Every browser says from which page it opens a WebSocket.
        welcome = len(hosts) == len(origins) == 1 and self._doors.lets_host(hosts[0])
        if not welcome or not self._doors.lets_origin(origins[0], hosts[0]):
            await receive()  # the request to connect
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: status 403
            return
        allowance = Allowance()

        async def metered() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                size = len(message.get("bytes") or b"") + len((message.get("text") or "").encode())
                if size > MAX_MESSAGE or not allowance.take(size):
                    await send({"type": "websocket.close", "code": 1009})
                    return {"type": "websocket.disconnect", "code": 1009}
            return message

        await self._app(scope, metered, send)


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _limited(receive: Receive) -> Receive:
    """Return a way to read a request that stops where its body is too large: it may come without a length."""
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MAX_BODY:
            raise TooLargeError
        return message

    return limited


async def _refuse(send: Send, status: int) -> None:
    """Answer with a status, unread; the connection ends with it, as the rest of the request may still be coming."""
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD, POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


__all__ = ["LOOPBACK", "MAX_BODY", "MAX_MESSAGE", "MAX_QUERY", "NONCE", "Allowance", "Doors", "Guard", "content_policy"]
