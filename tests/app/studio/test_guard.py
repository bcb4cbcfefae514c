"""The guard in front of the studio, as an ASGI application without a server: who is let in, and how much."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.studio.guard import BURST, MAX_BODY, MAX_MESSAGE, MAX_QUERY, NONCE, RATE, Allowance, Doors, Guard
from app.studio.uploads import MAX_BYTES

HOME = "127.0.0.1:8765"
AT_HOME = Doors()


@dataclass
class Inside:
    """What stands behind the guard: notes what reaches it, reads everything, and answers 200."""

    scopes: list[Any] = field(default_factory=list)
    received: list[Any] = field(default_factory=list)

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while True:
                self.received.append(await receive())
                if self.received[-1]["type"] == "websocket.disconnect":
                    return
        more = True
        while more:
            message = await receive()
            self.received.append(message)
            more = message.get("more_body", False)
        headers = [(b"content-type", b"text/plain"), (b"X-Frame-Options", b"SAMEORIGIN")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"inside"})


@dataclass
class Outcome:
    """What came of a call: what was sent to the caller, how much of the caller's was read, what reached the inside."""

    sent: list[Any]
    read: int
    inside: Inside

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode().lower(): value.decode() for name, value in self.sent[0]["headers"]}


def call(
    kind: str, headers: list[tuple[str, str]], messages: list[dict[str, Any]], doors: Doors, **scope: Any
) -> Outcome:
    inside, sent, waiting = Inside(), [], list(messages)

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    whole = {"type": kind, "method": "GET", "path": "/", "query_string": b"", "headers": raw, **scope}
    asyncio.run(Guard(inside, doors)(whole, receive, send))
    return Outcome(sent, len(messages) - len(waiting), inside)


def request(*headers: tuple[str, str], host: str = HOME, doors: Doors = AT_HOME, body=(b"",), **scope: Any) -> Outcome:
    parts = [{"type": "http.request", "body": part, "more_body": n < len(body)} for n, part in enumerate(body, 1)]
    hosts = [("host", host)] if host else []
    return call("http", [*hosts, *headers], parts, doors, **scope)


def websocket(*headers: tuple[str, str], messages: tuple[dict[str, Any], ...] = (), doors: Doors = AT_HOME) -> Outcome:
    frames = ({"type": "websocket.receive", **message} for message in messages)
    whole = [{"type": "websocket.connect"}, *frames, {"type": "websocket.disconnect", "code": 1001}]
    return call("websocket", list(headers), whole, doors, path="/jupyter/api/kernels/1/channels")


# --- Host and Origin -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", [HOME, "localhost:8765", "LOCALHOST:1", "[::1]:8765", "127.0.0.1"])
def test_its_own_names_are_let_in(host):
    found = request(host=host)
    assert (found.status, len(found.inside.scopes)) == (200, 1)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example:8765",
        "localhost.evil.example",
        "evil.example@127.0.0.1",
        "127.0.0.1:8765/",
        "127.0.0.1:",
        "127.0.0.2",
        "192.168.1.5:8765",
        "localhost:8765, evil.example",
        " localhost",
        "",
    ],
)
def test_other_hosts_are_misdirected(host):
    found = request(host=host)
    assert found.status == 421
    assert (found.inside.scopes, found.read) == ([], 0)


def test_two_hosts_are_one_too_many():
    assert request(("host", HOME)).status == 421


@pytest.mark.parametrize("origin", [f"http://{HOME}", f"https://{HOME}"])
def test_its_own_pages_may_talk_to_it(origin):
    assert request(("origin", origin), method="POST").status == 200
    found = websocket(("host", HOME), ("origin", origin))
    assert found.sent == [{"type": "websocket.accept"}]


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1:3000", "http://localhost:8765", f"file://{HOME}", "http://[", ""],
)
def test_other_pages_may_not(origin):
    found = request(("origin", origin), method="POST")
    assert (found.status, found.inside.scopes, found.read) == (403, [], 0)
    found = websocket(("host", HOME), ("origin", origin))
    assert found.sent == [{"type": "websocket.close", "code": 1008}]
    assert found.inside.scopes == []


@pytest.mark.parametrize(
    "headers",
    [
        [("host", HOME)],
        [("origin", f"http://{HOME}")],
        [("host", "evil.example"), ("origin", "http://evil.example")],
        [("host", HOME), ("origin", f"http://{HOME}"), ("origin", "http://evil.example")],
        [("host", HOME), ("host", "evil.example"), ("origin", f"http://{HOME}")],
    ],
)
def test_a_websocket_needs_one_host_and_one_origin(headers):
    found = websocket(*headers)
    assert found.sent == [{"type": "websocket.close", "code": 1008}]
    assert found.inside.scopes == []


def test_behind_a_proxy_its_address_counts_whether_or_not_it_passes_the_host_on():
    doors = Doors(frozenset({"studio.example.org", "127.0.0.1"}), origins=frozenset({"https://studio.example.org"}))
    for host in ("studio.example.org", HOME):
        found = websocket(("host", host), ("origin", "https://studio.example.org"), doors=doors)
        assert found.sent == [{"type": "websocket.accept"}]
    assert websocket(("host", HOME), ("origin", "https://other.example.org"), doors=doors).sent[0]["code"] == 1008


def test_where_it_listens_everywhere_numbers_are_let_in_and_names_are_not():
    doors = Doors(any_number=True)
    assert [request(host=host, doors=doors).status for host in ("192.168.1.5:1", "[fe80::1]", "evil.example")] == [
        200,
        200,
        421,
    ]


# --- What every answer says ------------------------------------------------------------------------------------------


def policy(found: Outcome) -> dict[str, list[str]]:
    rules = (rule.split() for rule in found.headers["content-security-policy"].split("; "))
    return {name: values for name, *values in rules}


def test_every_answer_is_told_what_a_browser_may_do_with_it():
    for found in (request(), request(host="evil.example"), request(("origin", "null"))):
        headers = found.headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
        assert policy(found)["default-src"] == ["'none'"]


def test_what_the_inside_says_does_not_weaken_it():
    names = [name.decode().lower() for name, _ in request().sent[0]["headers"]]
    assert len(names) == len(set(names))


def test_the_policy_lets_no_inline_script_run_without_the_nonce_of_this_answer():
    first, second = request(), request()
    nonces = [found.inside.scopes[0][NONCE] for found in (first, second)]
    assert nonces[0] != nonces[1]
    for found, nonce in zip((first, second), nonces, strict=True):
        rules = policy(found)
        assert rules["script-src"] == ["'self'", f"'nonce-{nonce}'", "'unsafe-eval'", "blob:"]
        assert rules["connect-src"] == ["'self'", f"ws://{HOME}", f"wss://{HOME}"]
        assert rules["frame-ancestors"] == rules["base-uri"] == rules["form-action"] == ["'none'"]
        assert len(nonce) >= 20


def test_nobody_writes_into_the_policy_through_the_host():
    found = request(host="evil.example; script-src *")
    assert found.headers["content-security-policy"] == "default-src 'none'"


# --- How much --------------------------------------------------------------------------------------------------------


def test_an_oversized_body_is_refused_unread():
    found = request(("content-length", str(MAX_BODY + 1)), method="POST", body=(b"x" * (MAX_BODY + 1),))
    assert (found.status, found.read, found.inside.scopes) == (413, 0, [])
    assert found.headers["connection"] == "close"


def test_a_body_without_a_length_is_read_up_to_the_limit():
    part = b"x" * (MAX_BODY // 4)
    found = request(("transfer-encoding", "chunked"), method="POST", body=(part,) * 4)
    assert (found.status, found.read) == (200, 4)
    found = request(("transfer-encoding", "chunked"), method="POST", body=(part,) * 8)
    assert (found.status, found.read) == (413, 5)


def test_long_questions_and_unusual_methods_are_refused():
    assert request(query_string=b"q" * MAX_QUERY).status == 200
    assert request(query_string=b"q" * (MAX_QUERY + 1)).status == 414
    found = request(method="PUT")
    assert (found.status, found.headers["allow"]) == (405, "GET, HEAD, POST")


OPEN = (("host", HOME), ("origin", f"http://{HOME}"))


@pytest.mark.parametrize("message", [{"bytes": b"x" * (MAX_MESSAGE + 1)}, {"text": "ü" * (MAX_MESSAGE // 2 + 1)}])
def test_an_oversized_message_closes_the_websocket(message):
    found = websocket(*OPEN, messages=({"text": "small"}, message, {"text": "after"}))
    assert found.sent[-1] == {"type": "websocket.close", "code": 1009}
    assert [m["type"] for m in found.inside.received] == ["websocket.receive", "websocket.disconnect"]


def test_a_flood_of_messages_closes_the_websocket():
    piece = {"bytes": b"x" * (MAX_MESSAGE // 2)}
    allowed = BURST // (MAX_MESSAGE // 2)
    found = websocket(*OPEN, messages=(piece,) * (2 * allowed))
    assert found.sent[-1] == {"type": "websocket.close", "code": 1009}
    assert len(found.inside.received) - 1 in (allowed, allowed + 1)  # the machine may be slow and time be refilling


def test_an_allowance_fills_up_again_but_not_beyond_its_burst():
    now = [0.0]
    allowance = Allowance(burst=100.0, rate=10.0, clock=lambda: now[0])
    assert allowance.take(100)
    assert not allowance.take(1)
    now[0] = 1.0
    assert allowance.take(9)
    now[0] = 1000.0
    assert allowance.take(100)
    assert not allowance.take(1)


def test_the_largest_files_that_may_come_up_pass_and_hardly_anything_larger():
    assert MAX_BYTES + 50_000 < MAX_MESSAGE < 1.1 * MAX_BYTES
    allowance = Allowance(clock=lambda: 0.0)
    assert all(allowance.take(MAX_MESSAGE) for _ in range(3))
    assert RATE < BURST


def test_the_life_of_the_server_is_passed_on():
    seen = []

    async def inside(scope, receive, send):
        del receive, send
        seen.append(scope["type"])

    asyncio.run(Guard(inside, Doors())({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]


def test_the_reasons_for_each_exception_are_given():
    text = Guard.__call__.__globals__["__doc__"]
    policy_text = request().headers["content-security-policy"]
    loose = set(re.findall(r"'unsafe-[a-z]+'|(?:blob|data):", policy_text))
    assert all(f"``{exception}``" in text for exception in loose)
