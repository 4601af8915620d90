"""Handshake, negotiation, eras, and how the program ends."""

import os
import signal

import pytest
from execkit_client import LEGACY, MODERN, PATIENCE, Family, Server, legacy_server, modern_meta, processes_of, wait_until


@pytest.mark.parametrize("version", LEGACY)
def test_a_known_version_is_echoed(version):
    with Server() as server:
        result = server.initialize(version)
        assert result["protocolVersion"] == version
        assert result["serverInfo"]["name"] == "execkit-mcp"
        assert result["serverInfo"]["version"]
        assert set(result["capabilities"]) == {"tools", "logging"}
        assert 0 < len(result["instructions"]) < 2000


@pytest.mark.parametrize("version", ["1999-01-01", "", "2026-07-28", "2099-01-01", "nonsense", "2025-11-26"])
def test_an_unknown_version_gets_the_newest_handshake_revision(version):
    with Server() as server:
        assert server.initialize(version)["protocolVersion"] == "2025-11-25"


@pytest.mark.parametrize("params", [None, {}, {"protocolVersion": 5}, {"protocolVersion": None}, []])
def test_a_broken_handshake_is_refused_and_may_be_repeated(params):
    with Server() as server:
        assert server.request("initialize", params)["error"]["code"] in (-32602, -32600)
        assert server.initialize()["protocolVersion"] == "2025-11-25"


def test_before_the_handshake_only_ping_is_served():
    with Server() as server:
        assert server.request("ping")["result"] == {}
        for method in ("tools/list", "tools/call", "logging/setLevel"):
            error = server.request(method, {})["error"]
            assert error["code"] == -32602
            assert "initialize" in error["message"] and MODERN in error["message"]
        server.notify("notifications/initialized")
        assert server.initialize()["protocolVersion"] == "2025-11-25"


def test_a_second_handshake_is_refused():
    with legacy_server() as server:
        params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
        assert server.request("initialize", params)["error"]["code"] == -32600
        assert server.request("tools/list")["result"]["tools"]


def test_calls_are_served_without_the_initialized_notification():
    with Server() as server:
        params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
        server.request("initialize", params)
        assert server.session()


def test_the_discover_probe_then_a_handshake():
    with Server() as server:
        found = server.request("server/discover", {"_meta": modern_meta()})["result"]
        assert found["supportedVersions"][0] == MODERN
        assert found["resultType"] == "complete" and found["ttlMs"] >= 0 and found["cacheScope"] in ("public", "private")
        assert found["capabilities"]["tools"] is not None and found["instructions"]
        assert server.initialize()["protocolVersion"] == "2025-11-25"


@pytest.mark.parametrize(
    "meta",
    [
        {"io.modelcontextprotocol/protocolVersion": MODERN},
        {"io.modelcontextprotocol/clientCapabilities": {}},
        {"io.modelcontextprotocol/protocolVersion": 7, "io.modelcontextprotocol/clientCapabilities": {}},
        {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": []},
    ],
)
def test_a_modern_request_must_say_version_and_capabilities(meta):
    with Server() as server:
        assert server.request("tools/list", {"_meta": meta})["error"]["code"] == -32602


def test_an_unsupported_modern_version_is_told_what_there_is():
    with Server() as server:
        meta = modern_meta()
        meta["io.modelcontextprotocol/protocolVersion"] = "2031-01-01"
        error = server.request("tools/list", {"_meta": meta})["error"]
        assert error["code"] == -32022
        assert MODERN in error["data"]["supported"] and error["data"]["requested"] == "2031-01-01"


@pytest.mark.parametrize("method", ["ping", "logging/setLevel", "resources/subscribe", "tasks/list", "tasks/result", "initialize"])
def test_methods_that_the_modern_era_does_not_have(method):
    with Server() as server:
        params = {"_meta": modern_meta(), "level": "info", "protocolVersion": "2025-11-25"}
        error = server.request(method, params)["error"]
        assert error["code"] in (-32601, -32602)


def test_sessions_outlive_the_request_in_either_era():
    with Server() as server:
        created = server.answer(server.call_later("session_create", {"transport": "local"}, modern_meta()))["result"]
        assert created["resultType"] == "complete"
        assert created["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "execkit-mcp"
        session = created["structuredContent"]["session_id"]
        server.initialize()
        assert server.run(session, "X=5; echo $X")["stdout"] == "5\n"


def test_listening_for_changes_is_acknowledged_and_can_be_cancelled():
    with Server() as server:
        identifier = server.new_id()
        params = {"_meta": modern_meta(), "notifications": {"toolsListChanged": True}}
        server.send({"jsonrpc": "2.0", "id": identifier, "method": "subscriptions/listen", "params": params})
        note = server.receive()
        assert note["method"] == "notifications/subscriptions/acknowledged"
        assert note["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == identifier
        server.notify("notifications/cancelled", {"requestId": identifier})
        assert server.request("tools/list", {"_meta": modern_meta()})["result"]["tools"]


@pytest.mark.parametrize("ending", ["eof", signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_behind(ending):
    with legacy_server() as server:
        session = server.session()
        server.run(session, "setsid sleep 4000 & (setsid sh -c 'trap \"\" TERM INT HUP; sleep 4001; sleep 4002' &) ; nohup sleep 4003 >/dev/null 2>&1 &")
        server.ok("session_exec", session_id=session, command="exec sleep 4004", background=True)
        server.call_later("session_exec", {"session_id": session, "command": "trap '' INT TERM; sleep 4005"})
        wait_until(lambda: len(sleepers(server)) >= 5)
        family = Family(processes_of(server.process.pid) | sleepers(server))
        if ending == "eof":
            server.process.stdin.close()
        else:
            os.kill(server.process.pid, ending)
        server.process.wait(PATIENCE)
        wait_until(lambda: not family.left())


def sleepers(server):
    """The processes of this test's home that sleep its telling numbers of seconds."""
    found = set()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                words = open(f"/proc/{entry}/cmdline", "rb").read().split(b"\0")
                home = open(f"/proc/{entry}/environ", "rb").read()
            except OSError:
                continue
            if len(words) > 1 and words[0].endswith(b"sleep") and words[1].startswith(b"400") and str(server.home).encode() in home:
                found.add(int(entry))
    return found


def test_a_killed_worker_takes_everything_with_it():
    with legacy_server() as server:
        session = server.session()
        server.run(session, "setsid sleep 4000 & (setsid sh -c 'trap \"\" TERM INT HUP; sleep 4001' &)")
        wait_until(lambda: len(sleepers(server)) == 2)
        family = Family(processes_of(server.process.pid) | sleepers(server))
        os.kill(server.worker(), signal.SIGKILL)
        server.process.wait(PATIENCE)
        wait_until(lambda: not family.left())


def test_a_destroyed_session_takes_its_processes_with_it():
    with legacy_server() as server:
        session, other = server.session(), server.session()
        server.run(session, "setsid sleep 4000 & (setsid sh -c 'trap \"\" TERM INT HUP; sleep 4001' &) ; sleep 4002 &")
        server.run(other, "sleep 4003 &")
        wait_until(lambda: len(sleepers(server)) == 4)
        assert server.ok("session_destroy", session_id=session)["destroyed"] is True
        wait_until(lambda: len(sleepers(server)) == 1)
        assert server.run(other, "jobs | wc -l")["stdout"].strip() == "1"


def test_closed_stdout_ends_the_program():
    with Server(raw_stdout=True) as server:
        server.process.stdout.close()
        try:
            for number in range(2000):
                server.send({"jsonrpc": "2.0", "id": number, "method": "ping"})
        except OSError:
            pass
        try:
            server.process.stdin.close()
        except OSError:
            pass
        server.process.wait(PATIENCE)
        server.process.stdout = open(os.devnull)


def test_a_signal_on_the_heels_of_the_end_of_the_input_is_an_orderly_end():
    # Two orders of one moment: whichever comes first, the other finds a server that is ending.
    for _ in range(30):
        with legacy_server() as server:
            server.session()
            server.process.stdin.close()
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(PATIENCE) == 0
