"""The studio's server: Solara's page behind the guard, and nothing else of what Solara's own server offers.

Solara reads its settings from the environment when it is imported, so :func:`prepare` comes first, and nothing here
imports it at the top. Everything runs in this one process: the core computes in threads that let go of the interpreter,
so there is no worker that could outlive the server.
"""

from __future__ import annotations

import asyncio
import ctypes
import errno
import gc
import os
import socket
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from app.studio.guard import LOOPBACK, MAX_MESSAGE, NONCE, Doors, Guard
from sim.texts import languages

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

USUAL_PORT: Final = 8765
"""The port that is taken where none is asked for and nobody else has it."""
PAGE: Final = "app.studio.page:Page"
"""Module and component that are shown."""
IDLE: Final = "20m"
"""How long a page that has lost its connection is kept: a laptop that sleeps over a coffee finds its work again."""
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::", ""})
_GOODBYE: Final = 2
"""Seconds that open pages get when the server ends."""
_TIDYING: Final = 5.0
"""Seconds between two looks at whether pages have been left."""
_ARENA_MAX: Final = -8
"""The parameter M_ARENA_MAX of glibc's ``mallopt``."""
_PARTS: Final = ("anywidget", "ipyvuetify", "solara", "solara_assets", "starlette", "uvicorn")


def missing_parts() -> list[str]:
    """Return what of the extra ``studio`` is not installed."""
    return [name for name in _PARTS if find_spec(name) is None]


def prepare() -> None:
    """Set what Solara reads from the environment when it is imported.

    Nothing is reported to anybody; whatever is in the environment or in a file ``.env`` does not change that.
    """
    os.environ |= {
        "SOLARA_MODE": "production",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
        "SOLARA_THEME_SHOW_BANNER": "false",
        # With "auto", the template does not open the element that everything is in; the page itself follows the system.
        "SOLARA_THEME_VARIANT": "light",
        "SOLARA_THEME_LOADER": "plain",
        "SOLARA_THEME_TITLE": "Handshake",
        # Parts of the page come from here. Otherwise the browser would fetch them from the web.
        "SOLARA_ASSETS_PROXY": "true",
        "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
        "SOLARA_SESSION_HTTP_ONLY": "true",
    }
    os.environ.setdefault("SOLARA_KERNEL_CULL_TIMEOUT", IDLE)
    # Solara starts IPython, which would warn of it on every page if another environment than ours is activated.
    os.environ.pop("VIRTUAL_ENV", None)


def keep_one_heap() -> None:
    """Have all threads of this process share one heap; to be called before there are any.

    glibc gives threads heaps of their own, and ``malloc_trim`` gives back the unused end of the first one only. After
    twenty users, sixteen heaps held 490 MB, 99 of them in use. Memory is mostly asked for in large arrays, by as many
    threads as there are processors, so that they hardly ever wait for one another.
    """
    if tune := _glibc("mallopt"):
        tune(_ARENA_MAX, 1)


def _glibc(name: str) -> Callable[..., int] | None:
    """Return a function of glibc's, or None where there is another C library: others do not keep as much."""
    return getattr(ctypes.CDLL(None), name, None) if os.name == "posix" else None


@dataclass(frozen=True, slots=True)
class Address:
    """The studio's address, and the names under which it may be called.

    Attributes
    ----------
    host
        Address to listen at.
    port
        0 for the usual one, or another one if that is taken.
    public
        Address at which a reverse proxy shows the studio, such as ``https://studio.example.org``; empty for none.
    """

    host: str = "127.0.0.1"
    port: int = 0
    public: str = ""

    @property
    def at_home(self) -> bool:
        """Return whether only this machine can reach it."""
        return self.host.lower() in {name.strip("[]") for name in LOOPBACK}

    @property
    def doors(self) -> Doors:
        """Names under which it may be called."""
        names = set(LOOPBACK)
        if self.host in _EVERYWHERE:
            names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
        else:
            names.add(f"[{self.host.lower()}]" if ":" in self.host else self.host.lower())
        if self.public:
            names.add(self.public.partition("://")[2].partition(":")[0])
        origins = frozenset({self.public} if self.public else set())
        return Doors(frozenset(names), any_number=self.host in _EVERYWHERE, origins=origins)

    def listen(self) -> socket.socket:
        """Return a socket that listens here.

        Raises
        ------
        OSError
            If the port is taken, or the address is not this machine's.
        """
        if self.port:
            return _listen(self.host, self.port)
        try:
            return _listen(self.host, USUAL_PORT)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return _listen(self.host, 0)

    def url(self, listening: socket.socket) -> str:
        """Return the address to open in a browser on this machine."""
        host = "127.0.0.1" if self.host in _EVERYWHERE else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}/"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


def application(doors: Doors, page: str = PAGE) -> Guard:
    """Return the studio as an ASGI application.

    Parameters
    ----------
    doors
        Under which addresses it may be called.
    page
        Module and component to show.
    """
    prepare()
    from solara.server import app as solara_app  # noqa: PLC0415

    if "__default__" not in solara_app.apps:
        solara_app.apps["__default__"] = solara_app.AppScript(page)
    return Guard(_site(), doors)


def _site() -> Starlette:
    """Return the parts of Solara's server that its page needs.

    Left out are its figures on users and memory (``/resourcez``), its way to fetch missing parts from the web, and
    every address but ``/``.
    """
    from solara.server import server, settings  # noqa: PLC0415
    from solara.server import starlette as stock  # noqa: PLC0415
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.routing import Mount, Route, WebSocketRoute  # noqa: PLC0415

    static = stock.StaticFilesOptionalAuth
    # On the machine itself, Solara warns that its cookie is not fit for frames on other pages; it is not to be.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none require https")
    return Starlette(
        routes=[
            Route("/", _page),
            Route("/readyz", stock.readyz),
            WebSocketRoute("/jupyter/api/kernels/{kernel_id}/{name}", stock.kernel_connection),
            Route("/_solara/api/close/{kernel_id}", stock.close, methods=["POST"]),
            Mount("/_solara/cdn", static(directory=settings.assets.proxy_cache_dir)),
            Mount("/static/assets", stock.StaticAssets()),
            Mount("/static", static(directory=server.solara_static)),
            Mount("/jupyter/nbextensions", stock.StaticNbFiles()),
        ],
        lifespan=_lifespan,
    )


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """Run Solara's own start and end, and meanwhile give back the memory of pages that have been left."""
    from solara.server import starlette as stock  # noqa: PLC0415

    async with stock.lifespan(app):
        tidying = asyncio.create_task(_tidy())
        try:
            yield
        finally:
            tidying.cancel()


async def _tidy() -> None:
    """Give memory back to the system whenever there are fewer pages than before.

    The C library keeps what was freed. A page's objects refer to one another in circles, which only the garbage
    collector sees.
    """
    from solara.server import kernel_context  # noqa: PLC0415

    trim = _glibc("malloc_trim")
    pages = 0
    while trim is not None:
        await asyncio.sleep(_TIDYING)
        before, pages = pages, len(kernel_context.contexts)
        if pages < before:
            await asyncio.to_thread(gc.collect)
            await asyncio.to_thread(trim, 0)


async def _page(request: Request) -> Response:
    """Return Solara's page with nonces at its scripts, a language, and letters that may be made larger."""
    from solara.server import starlette as stock  # noqa: PLC0415

    response: Response = await stock.root(request)
    text = bytes(response.body).decode()
    text = text.replace("<script", f'<script nonce="{request.scope[NONCE]}"')
    text = text.replace("<html>", f'<html lang="{_language(request)}">', 1)
    text = text.replace(", maximum-scale=1, user-scalable=no, minimal-ui", "", 1)
    response.body = text.encode()
    response.headers["content-length"] = str(len(response.body))
    response.headers["cache-control"] = "no-store"
    return response


def _language(request: Request) -> str:
    """Return the language that the address asks for, or else the browser, in its order, or else English."""
    asked = request.headers.get("accept-language", "").replace(";", ",").split(",")
    words = [request.query_params.get("lang", ""), *(word.strip().lower()[:2] for word in asked)]
    return next((word for word in words if word in languages()), languages()[0])


def serve(listening: socket.socket, doors: Doors, ready: Callable[[], None], page: str = PAGE) -> None:
    """Serve the studio until the process is told to end.

    Parameters
    ----------
    listening
        What :meth:`Address.listen` returned.
    doors
        Under which addresses it may be called.
    ready
        Called once it answers.
    page
        Module and component to show.

    Raises
    ------
    KeyboardInterrupt
        After everything has been put away, if it was Ctrl-C that ended it.
    """
    app = application(doors, page)
    import uvicorn  # noqa: PLC0415

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            ready()

    config = uvicorn.Config(
        app,
        loop="asyncio",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        ws_max_size=MAX_MESSAGE,
        # On the machine itself it only costs time, and a small message cannot unfold into a large one.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=_GOODBYE,
    )
    Server(config).run(sockets=[listening])


__all__ = ["PAGE", "USUAL_PORT", "Address", "application", "keep_one_heap", "missing_parts", "prepare", "serve"]
