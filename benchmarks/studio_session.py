"""A session of the studio without a browser: what a page and its server say to each other, and nothing drawn.

Twenty browsers would keep the machine busy themselves; twenty of these do not. What is sent is what a browser was seen
to send: the messages of Jupyter's widgets, in which a page moves a lever and is told the new figures.
"""

from __future__ import annotations

import json
import time
import urllib.request
from contextlib import ExitStack
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from websockets.sync.client import ClientConnection, connect

MOST: int = 64 * 1024 * 1024
"""Largest message to take, bytes."""


class Session:
    """A page that is open.

    Parameters
    ----------
    url
        Of the server.
    query
        What stands in the page's address.
    timeout
        Seconds after which an answer that should come is taken not to come.
    """

    def __init__(self, url: str, query: str = "", timeout: float = 120.0) -> None:
        self._url, self._timeout = url, timeout
        self._page, self._kernel = str(uuid4()), str(uuid4())
        cookies = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
        with opener.open(f"{url}{query}", timeout=timeout) as response:
            response.read()
        host = urlsplit(url).netloc
        self._open = ExitStack()
        self._socket: ClientConnection = self._open.enter_context(
            connect(
                f"ws://{host}/jupyter/api/kernels/{self._kernel}/channels?session_id={self._page}",
                origin=f"http://{host}",
                additional_headers={"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)},
                max_size=MOST,
                compression=None,
            )
        )
        self._state: dict[str, dict[str, Any]] = {}
        control = str(uuid4())
        self._send("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        arguments = {"path": f"/{query}", "dark": False, "themes": {"light": {}, "dark": {}}, "appName": None}
        self._send("comm_msg", {"comm_id": control, "data": {"method": "run", "args": arguments}})
        self.settle()

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        header = {"msg_id": str(uuid4()), "msg_type": kind, "session": self._page, "username": "", "version": "5.2"}
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
        self._socket.send(json.dumps({**message, "buffers": []}))

    def _take(self, until: float) -> None:
        """Take a message and keep what it says of the widgets."""
        message = self._socket.recv(timeout=max(until - time.monotonic(), 0.0))
        # Files and pictures come as bytes; nothing here looks at them.
        if isinstance(message, bytes):
            return
        said = json.loads(message)
        content, kind = said["content"], said["header"]["msg_type"]
        if kind in ("comm_open", "comm_msg"):
            state = content["data"].get("state", {})
            self._state.setdefault(content["comm_id"], {}).update(state)
        elif kind == "comm_close":
            self._state.pop(content["comm_id"], None)

    def _find(self, *names: str) -> str:
        """Return the id of the widget that has all of these."""
        return next((comm for comm, state in self._state.items() if state.keys() >= set(names)), "")

    @property
    def headline(self) -> dict[str, Any]:
        """Return the numbers in the headline."""
        return self._state.get(self._find("types", "outcomes", "stage"), {})

    def settle(self, *, told: bool = False) -> None:
        """Wait for the refined answer.

        Parameters
        ----------
        told
            Whether a change is under way, whose answer is only awaited once the page says so.
        """
        until = time.monotonic() + self._timeout
        while told or self.headline.get("stage") != "refined":
            self._take(until)
            told = told and self.headline["stage"] == "refined"

    def move(self, lever: str, percent: int) -> float:
        """Move a lever and wait for the refined answer; return how long that took, in seconds."""
        begun = time.monotonic()
        data = {"id": lever, "intensity": percent, "month": 0, "on": True}
        content = {"method": "custom", "content": {"event": "event_move", "data": data}}
        self._send("comm_msg", {"comm_id": self._find("groups", "settings"), "data": content})
        self.settle(told=True)
        return time.monotonic() - begun

    def flood(self, size: int) -> None:
        """Send a message of so many bytes, and take what comes of it.

        Raises
        ------
        ConnectionClosed
            If the server will have none of it.
        """
        self._socket.send("x" * size)
        while True:
            self._take(time.monotonic() + self._timeout)

    def close(self) -> None:
        """Leave, as a page does that is closed."""
        self._open.close()
        goodbye = f"{self._url}_solara/api/close/{self._kernel}?session_id={self._page}"
        with urllib.request.urlopen(urllib.request.Request(goodbye, data=b"", method="POST")) as response:
            response.read()


__all__ = ["Session"]
