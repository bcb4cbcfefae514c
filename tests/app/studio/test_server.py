"""``handshake ui`` as a process: how it starts, what it answers to whom, and how it ends."""

from __future__ import annotations

import http.client
import platform
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from app.studio import server as studio
from app.studio.guard import MAX_BODY, MAX_QUERY
from benchmarks.bench_studio import crowd
from benchmarks.studio_session import Session
from benchmarks.studio_user import Server, serving

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
CHANNELS = "/jupyter/api/kernels/0b5e3bb5-5f0f-4f0c-9f3a-0f6f6a1f0a11/channels?session_id=1"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as started:
        yield started
    assert "Traceback" not in started.log(), started.log()


def ask(server: Server, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
    """Return status, headers and body of an answer; headers are named with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        connection.request(method, path, body=body, headers=named)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


# --- What it answers -------------------------------------------------------------------------------------------------


def test_the_page_carries_a_nonce_at_every_script_a_language_and_may_be_made_larger(server):
    status, headers, text = ask(server, "/", Accept_Language="fr;q=0.9, de-DE;q=0.8, en;q=0.7")
    assert status == 200
    nonce = re.search(r"'nonce-([^']+)'", headers["content-security-policy"])[1]
    scripts = re.findall(r"<script[^>]*>", text)
    assert len(scripts) > 5
    assert all(f'nonce="{nonce}"' in script for script in scripts)
    assert '<html lang="de">' in text
    assert "user-scalable" not in text
    assert "<title>Handshake</title>" in text
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers
    assert '<html lang="en">' in ask(server, "/?lang=en", Accept_Language="de")[2]


def test_the_page_asks_nobody_else_for_anything(server):
    text = ask(server, "/")[2]
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", text) == []
    assert "mixpanel" not in text


def test_the_cookie_is_out_of_reach_for_scripts(server):
    cookie = ask(server, "/")[1]["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize(
    "path",
    [
        "/resourcez",
        "/resourcez?verbose",
        "/jupyter/api/kernels/1",
        "/_solara/auth/login",
        "/static/public/x",
        "/_solara/cdn/left-pad@1.3.0/index.js",
        "/_solara/cdn/../../../pyproject.toml",
        "/static/%2e%2e/server.py",
        "/docs",
        "/anything/else",
    ],
)
def test_there_is_nothing_else_to_find(server, path):
    assert ask(server, path)[0] == 404


def test_it_says_that_it_is_ready_and_evicts_nobody(server):
    assert ask(server, "/readyz")[0] == 200
    assert ask(server, "/_solara/api/evict/1", method="POST", body=b"")[0] in (404, 405)


def test_foreign_hosts_and_origins_are_refused(server):
    assert ask(server, "/", Host="evil.example")[0] == 421
    assert ask(server, "/_solara/api/close/1?session_id=1", method="POST", Origin="http://evil.example")[0] == 403
    own = f"http://{urlsplit(server.url).netloc}"
    assert ask(server, CHANNELS, **HANDSHAKE, Origin=own)[0] == 101
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
        assert ask(server, CHANNELS, **HANDSHAKE, Origin=origin)[0] == 403
    assert ask(server, CHANNELS, **HANDSHAKE)[0] == 403
    assert ask(server, CHANNELS, **HANDSHAKE, Origin=own, Host="evil.example")[0] == 403


def test_what_is_too_large_is_refused_before_it_comes(server):
    with socket.create_connection((urlsplit(server.url).hostname, urlsplit(server.url).port), timeout=60) as line:
        head = f"POST / HTTP/1.1\r\nHost: {urlsplit(server.url).netloc}\r\nContent-Length: {MAX_BODY + 1}\r\n\r\n"
        line.sendall(head.encode())  # and nothing of the body
        assert line.recv(1000).startswith(b"HTTP/1.1 413 ")
    assert ask(server, "/?" + "q" * (MAX_QUERY + 1))[0] == 414
    assert ask(server, "/", method="DELETE")[0] == 405


def test_a_connection_that_floods_is_closed_and_others_are_not(server):
    other, flooding = Session(server.url), Session(server.url)
    with pytest.raises(ConnectionClosed) as closed:
        flooding.flood(2_000_000)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009
    assert other.move("shared_goals", 75) > 0.0
    other.close()


def test_several_at_once_get_their_answers_and_leave_nothing(server):
    many, before, most, after = crowd(server, sessions=4, seconds=8.0, settling=8.0)
    assert many.errors == []
    assert len(many.waits) >= 4
    assert after <= 1.2 * before
    assert most >= before


# --- How it starts ---------------------------------------------------------------------------------------------------


@contextmanager
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        yield busy.getsockname()[1]


@pytest.mark.parametrize(("language", "said"), [("en", "a port that is free"), ("de", "ein Port, der frei")])
def test_a_port_that_is_taken_is_bad_input(cli, language, said):
    with taken() as port:
        found = cli("ui", "--no-browser", "--port", port, language=language)
    assert (found.code, found.out) == (2, "")
    assert str(port) in found.err
    assert said in found.err
    assert found.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--port", "0"), "--port"),
        (("--port", "http"), "--port"),
        (("--host", "192.0.2.1"), "--host"),
        (("--host", "no.such.host.invalid"), "--host"),
        (("--public", "studio.example.org"), "--public"),
        (("--public", "https://studio.example.org/path"), "--public"),
    ],
)
def test_other_bad_input_is_told_at_once(cli, arguments, named):
    found = cli("ui", "--no-browser", *arguments)
    assert (found.code, found.out) == (2, "")
    assert named in found.err
    assert found.err.count("\n") == 1


def test_without_the_extra_it_says_what_to_install(cli, monkeypatch):
    monkeypatch.setattr("app.commands.ui.missing_parts", lambda: ["solara"])
    found = cli("ui", "--no-browser")
    assert found.code == 2
    assert "pip install 'handshake-sim[studio]'" in found.err


def test_the_parts_are_all_here():
    assert studio.missing_parts() == []


def test_another_port_is_found_where_the_usual_one_is_taken(monkeypatch):
    with taken() as port:
        monkeypatch.setattr(studio, "USUAL_PORT", port)
        with studio.Address().listen() as listening:
            assert listening.getsockname()[1] not in (port, 0)
            assert studio.Address().url(listening) == f"http://127.0.0.1:{listening.getsockname()[1]}/"


def test_only_this_machine_is_at_home():
    assert [studio.Address(host).at_home for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "192.168.1.5")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_who_may_call_follows_from_where_it_listens():
    everywhere = studio.Address("0.0.0.0").doors
    assert everywhere.lets_host("192.168.1.5:8765")
    assert everywhere.lets_host(f"{socket.gethostname()}:8765")
    assert not everywhere.lets_host("evil.example")
    one = studio.Address("192.168.1.5").doors
    assert one.lets_host("192.168.1.5:8765")
    assert not one.lets_host("192.168.1.6:8765")
    shown = studio.Address(public="https://studio.example.org").doors
    assert shown.lets_host("studio.example.org")
    assert shown.lets_origin("https://studio.example.org", "127.0.0.1:8765")
    assert not shown.lets_origin("http://studio.example.org", "127.0.0.1:8765")


def test_nothing_is_reported_whatever_the_environment_says(monkeypatch):
    monkeypatch.setattr(
        studio.os,
        "environ",
        {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "true", "SOLARA_MODE": "development", "VIRTUAL_ENV": "/elsewhere"},
    )
    studio.prepare()
    assert studio.os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "false"
    assert studio.os.environ["SOLARA_MODE"] == "production"
    assert re.fullmatch(r"\d+m", studio.os.environ["SOLARA_KERNEL_CULL_TIMEOUT"])
    # Otherwise IPython would warn of an environment that is activated and not ours.
    assert "VIRTUAL_ENV" not in studio.os.environ


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", True), ("127.0.0.1", False), ("localhost", False)])
def test_it_warns_where_others_can_reach_it(cli, monkeypatch, host, warned):
    def served(listening, doors, ready):
        assert doors == studio.Address(host).doors
        ready()
        raise KeyboardInterrupt

    monkeypatch.setattr("app.commands.ui.serve", served)
    monkeypatch.setattr("app.commands.ui.prepare", lambda: None)
    monkeypatch.setattr("app.studio.simulator.warm_up", lambda: None)
    found = cli("ui", "--no-browser", "--host", host, "--lang", "de", language="de")
    assert found.code == 0
    assert re.fullmatch(r"Das Studio läuft unter http://[\d.a-z]+:\d+/\?lang=de\n", found.out)
    assert ("Anmeldung und TLS" in found.err) == warned
    assert found.err.endswith("Das Studio ist beendet.\n")


# --- How it ends -----------------------------------------------------------------------------------------------------


def test_ctrl_c_ends_it_with_a_page_open_and_no_traceback():
    with serving() as started:
        session = Session(started.url)
        assert session.headline["outcomes"]
        assert started.stop() == 0
    assert started.log().splitlines() == ["Starting the studio ...", "Ctrl-C ends it.", "The studio has ended."]


def test_killed_it_leaves_no_process_behind():
    with serving() as started:
        process = psutil.Process(started.process.pid)
        group = {process.pid}
        session = Session(started.url)
        for percent in (55, 65, 75):
            session.move("shared_goals", percent)
            group |= {child.pid for child in process.children(recursive=True)}
        # It computes in threads: there is no worker that could be left behind.
        assert group == {process.pid}
        started.process.send_signal(signal.SIGKILL)
        assert started.process.wait(60) == -signal.SIGKILL
    until = time.monotonic() + 60
    while (left := {pid for pid in group if psutil.pid_exists(pid)}) and time.monotonic() < until:
        time.sleep(0.1)
    assert left == set()


_HEAPS = """
import ctypes, sys, threading
from app.studio.server import keep_one_heap
if sys.argv[2] == "one":
    keep_one_heap()
gate = threading.Barrier(9)
def allocate():
    kept = [bytes(1000) for _ in range(1000)]
    gate.wait()
    gate.wait()
threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads:
    thread.start()
gate.wait()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = libc.fopen(sys.argv[1].encode(), b"w")
libc.malloc_info(0, ctypes.c_void_p(file))
libc.fclose(ctypes.c_void_p(file))
gate.wait()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives threads heaps of their own")
@pytest.mark.parametrize(("heaps", "one"), [("one", True), ("as usual", False)])
def test_all_threads_share_one_heap(heaps, one, tmp_path):
    found = tmp_path / "heaps.xml"
    subprocess.run([sys.executable, "-c", _HEAPS, found, heaps], check=True, timeout=60)
    assert (found.read_text().count("<heap ") == 1) is one
