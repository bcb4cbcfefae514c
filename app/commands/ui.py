"""``handshake ui``: the studio, in a browser on this machine."""

from __future__ import annotations

import errno
import re
import socket
import sys
import webbrowser
from threading import Thread

from app.studio.server import Address, keep_one_heap, missing_parts, prepare, serve
from app.terminal.complaints import said, whole_number
from app.terminal.running import compiling
from app.terminal.screen import Screen
from sim.errors import BadInputError

_PUBLIC = re.compile(r"https?://[a-z0-9._-]+(:\d{1,5})?")
_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES, errno.EPERM})


def show_studio(screen: Screen, address: Address, *, browser: bool, language: str) -> None:
    """Serve the studio until Ctrl-C.

    Parameters
    ----------
    screen
        Where to say what is happening: the address on its standard output, all else on the standard error.
    address
        Where to listen, as :func:`read_address` returns it.
    browser
        Whether to open the browser.
    language
        Language of the page; empty for the browser's.

    Raises
    ------
    BadInputError
        If the extra is missing, the port is taken, or the host is no address of this machine.
    """
    texts = screen.texts
    if missing := missing_parts():
        needs = said("ui.extra", command="pip install 'handshake-sim[studio]'")
        raise BadInputError("missing", key=", ".join(missing), allowed=needs)
    listening = _listen(address)
    url = address.public + "/" if address.public else address.url(listening)
    url += f"?lang={language}" if language else ""
    if not address.at_home:
        screen.fail(texts("ui.warning", host=address.host))
    screen.fail(texts("ui.starting"))
    keep_one_heap()
    prepare()
    from app.studio.simulator import warm_up  # noqa: PLC0415

    def ready() -> None:
        screen.say(texts("ui.ready", url=url))
        sys.stdout.flush()
        screen.fail(texts("ui.how_to_end"))
        if browser:
            # It may block until the browser is closed.
            Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    try:
        with listening, compiling(screen, following=True):
            warm_up()
            serve(listening, address.doors, ready)
    except KeyboardInterrupt:
        screen.fail(texts("ui.ended"))


def read_address(host: str, port: str, public: str) -> Address:
    """Return where to listen.

    Raises
    ------
    BadInputError
        If the port is none, or the public address is none.
    """
    number = whole_number("--port", port, 1, 65_535) if port else 0
    shown = public.lower().rstrip("/")
    if shown and not _PUBLIC.fullmatch(shown):
        allowed = "https://studio.example.org"
        raise BadInputError("invalid", key=said("bad.option", name="--public"), value=public, allowed=allowed)
    return Address(host.lower(), number, shown)


def _listen(address: Address) -> socket.socket:
    try:
        return address.listen()
    except OSError as error:
        if error.errno in _TAKEN:
            key, value = said("bad.option", name="--port"), str(address.port)
            raise BadInputError("invalid", key=key, value=value, allowed=said("ui.free_port")) from error
        key = said("bad.option", name="--host")
        raise BadInputError("invalid", key=key, value=address.host, allowed=said("ui.own_address")) from error


__all__ = ["read_address", "show_studio"]
