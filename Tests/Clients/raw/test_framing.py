"""Lines, JSON-RPC, and hostile input (JSON-RPC 2.0; MCP transports, stdio)."""

import json
import threading

import pytest
from execkit_client import LEGACY, MODERN, PATIENCE, Gone, Server, legacy_server, modern_meta, wait_until


@pytest.fixture
def server():
    with legacy_server() as running:
        yield running


def error_of(server, line):
    """The answer to a raw line that must be an error without the id of a request."""
    server.send_bytes(line + b"\n")
    message = server.receive()
    assert "error" in message, message
    assert message.get("id") is None and "id" not in message
    server.request("ping")
    return message["error"]["code"]


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b'{"jsonrpc":"2.0","id":1,"method":"ping"',
        b'{"jsonrpc":"2.0","id":1,"method":"ping",}',
        b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}',
        b'{"jsonrpc":"2.0","id":1,"method":"pi\x00ng"}',
        b'{"jsonrpc":"2.0","id":1,"method":"pi\xff\xfeng"}',
        b'{"jsonrpc":"2.0","id":1,"method":"pi\xc0\x80ng"}',
        b"'single'",
        b"{",
        b"]",
        b"\xff\xfe\xfd",
    ],
)
def test_what_is_not_json_is_a_parse_error(server, line):
    assert error_of(server, line) == -32700


@pytest.mark.parametrize("line", [b"1", b'"text"', b"null", b"true", b"{}", b"1.5"])
def test_json_that_is_no_request_is_an_invalid_request(server, line):
    assert error_of(server, line) == -32600


@pytest.mark.parametrize("identifier", ["", "x" * 10_000, "a\u0000b", "žluťoučký 🐎", 0, -1, 2**63 - 1, -(2**63), 2**53 + 1])
def test_ids_come_back_unchanged(server, identifier):
    server.send({"jsonrpc": "2.0", "id": identifier, "method": "ping"})
    answer = server.receive()
    assert answer["id"] == identifier and type(answer["id"]) is type(identifier)
    assert answer["result"] == {}


@pytest.mark.parametrize("identifier", [None, 1.5, True, [1], {"a": 1}])
def test_other_ids_are_refused(server, identifier):
    server.send({"jsonrpc": "2.0", "id": identifier, "method": "ping"})
    answer = server.receive()
    assert answer["error"]["code"] == -32600
    assert "id" not in answer


def test_errors_repeat_the_id_of_a_readable_request(server):
    for request, code in [
        ({"jsonrpc": "2.0", "id": 71, "method": "no/such"}, -32601),
        ({"jsonrpc": "2.0", "id": 72, "method": "tools/call", "params": 5}, (-32602, -32600)),
        ({"jsonrpc": "2.0", "id": 73}, -32600),
        ({"id": 74, "method": "ping"}, -32600),
        ({"jsonrpc": "1.0", "id": 75, "method": "ping"}, -32600),
        ({"jsonrpc": "2.0", "id": 76, "method": 7}, -32600),
        ({"jsonrpc": "2.0", "id": 77, "method": "tools/call", "params": {"name": "nope", "arguments": {}}}, -32602),
        ({"jsonrpc": "2.0", "id": 78, "method": "tools/call", "params": {"arguments": {}}}, -32602),
        ({"jsonrpc": "2.0", "id": 79, "method": "tools/list", "params": {"cursor": "made up"}}, -32602),
        ({"jsonrpc": "2.0", "id": 80, "method": "tools/list", "params": {"cursor": 3}}, -32602),
        ({"jsonrpc": "2.0", "id": 81, "method": "resources/list"}, -32601),
        ({"jsonrpc": "2.0", "id": 82, "method": "completion/complete", "params": {}}, -32601),
    ]:
        server.send(request)
        answer = server.receive()
        assert answer["id"] == request["id"]
        codes = code if isinstance(code, tuple) else (code,)
        assert answer["error"]["code"] in codes, (request, answer)
        assert set(answer) == {"jsonrpc", "id", "error"}


def test_notifications_and_stray_answers_are_never_answered(server):
    server.notify("no/such/notification")
    server.notify("notifications/cancelled", {"requestId": "never was"})
    server.notify("notifications/cancelled")
    server.notify("notifications/progress", {"nonsense": True})
    server.send({"jsonrpc": "2.0", "id": 4711, "result": {}})
    server.send({"jsonrpc": "2.0", "id": 4712, "error": {"code": 1, "message": "x"}})
    server.send({"jsonrpc": "2.0", "id": 5, "method": "ping"})
    assert server.receive() == {"jsonrpc": "2.0", "id": 5, "result": {}}


def test_blank_lines_crlf_and_pieces(server):
    server.send_bytes(b"\n\r\n   \n\t\n")
    server.send_bytes(b'  {"jsonrpc":"2.0","id":1,"method":"ping"}  \r\n')
    assert server.receive()["id"] == 1
    for byte in b'{"jsonrpc":"2.0","id":2,"method":"ping"}\n':
        server.send_bytes(bytes([byte]))
    assert server.receive()["id"] == 2
    server.send_bytes(b"".join(b'{"jsonrpc":"2.0","id":%d,"method":"ping"}\n' % n for n in range(3, 60)))
    assert [server.receive()["id"] for _ in range(3, 60)] == list(range(3, 60))


def test_five_thousand_pipelined_requests_all_answered(server):
    count = 5000
    session = server.session()
    requests = []
    for number in range(count):
        if number % 10 == 0:
            params = {"name": "session_list", "arguments": {}}
            request = {"jsonrpc": "2.0", "id": f"p{number}", "method": "tools/call", "params": params}
        else:
            request = {"jsonrpc": "2.0", "id": f"p{number}", "method": "ping", "params": {"_meta": {"pad": "x" * (number % 97)}}}
        requests.append(json.dumps(request).encode() + b"\n")
    server.send_bytes(b"".join(requests))
    assert {server.receive()["id"] for _ in range(count)} == {f"p{number}" for number in range(count)}
    assert server.run(session, "echo still here")["stdout"] == "still here\n"


def test_twenty_thousand_notifications(server):
    server.send_bytes(b'{"jsonrpc":"2.0","method":"notifications/unknown","params":{"a":[1,2,3]}}\n' * 20_000)
    assert server.request("ping")["result"] == {}


def test_a_client_that_does_not_read_loses_nothing():
    with Server(raw_stdout=True) as server:
        def write():
            hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
            server.send({"jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": hello})
            for number in range(20_000):
                server.send({"jsonrpc": "2.0", "id": number, "method": "ping" if number % 50 else "tools/list"})

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        writer.join(1.0)
        seen = set()
        for line in server.process.stdout:
            seen.add(json.loads(line)["id"])
            if len(seen) == 20_001:
                break
        assert seen == set(range(20_000)) | {"hello"}
        writer.join()


def test_a_line_of_fifty_megabytes_is_refused_and_forgotten(server):
    session = server.session()
    line = b'{"jsonrpc":"2.0","id":9,"method":"ping","params":{"x":"' + b"a" * 50_000_000 + b'"}}\n'
    server.send_bytes(line)
    answer = server.receive()
    assert "error" in answer or answer["id"] == 9
    assert server.run(session, "echo fine")["stdout"] == "fine\n"


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"jsonrpc":"2.0","id":1,"method":"ping","params":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"jsonrpc":"2.0","id":' + b"9" * 100_000 + b',"method":"ping"}',
        b'{"jsonrpc":"2.0","id":1e400,"method":"ping"}',
        b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(200_000)) + b"}",
    ],
    ids=["open", "nested", "objects", "params", "digits", "exponent", "keys"],
)
def test_hostile_shapes_are_errors(server, line):
    server.send_bytes(line + b"\n")
    assert "error" in server.receive()
    assert server.request("ping")["result"] == {}


def test_a_duplicate_id_in_flight_is_refused_and_the_first_is_answered(server):
    session = server.session()
    params = {"name": "session_exec", "arguments": {"session_id": session, "command": "read line; echo got", "stdin": "x\n"}}
    arguments = {"session_id": session, "command": "while [ ! -e free ]; do sleep 0.05; done; echo first"}
    busy = server.call_later("session_exec", arguments)
    server.send({"jsonrpc": "2.0", "id": busy, "method": "tools/call", "params": params})
    assert server.answer(busy)["error"]["code"] == -32600
    (server.cwd / "free").touch()
    assert server.answer(busy)["result"]["structuredContent"]["stdout"] == "first\n"


@pytest.mark.parametrize("ending", [b'{"jsonrpc":"2.0","id":1,"meth', b'{"jsonrpc":"2.0","id":1,"method":"ping"}', b"", b"\xff"])
def test_the_end_of_input_ends_the_program(ending):
    with legacy_server() as server:
        session = server.session()
        server.call_later("session_exec", {"session_id": session, "command": "sleep 1000"})
        server.send_bytes(ending)
        server.process.stdin.close()
        assert server.process.wait(PATIENCE) == 0


def test_a_whole_last_message_without_a_newline_is_answered():
    with legacy_server() as server:
        server.send_bytes(b'{"jsonrpc":"2.0","id":77,"method":"ping"}')
        server.process.stdin.close()
        assert server.receive_until(lambda m: m.get("id") == 77)["result"] == {}


def test_only_protocol_lines_reach_stdout():
    with legacy_server() as server:
        session = server.session()
        server.run(session, "echo out; echo err >&2; printf '\\033]52;c;eA==\\007'")
        server.process.stdin.close()
        with pytest.raises(Gone):
            while True:
                assert server.receive()["jsonrpc"] == "2.0"


@pytest.mark.parametrize("version", LEGACY)
def test_batches_are_for_one_revision(version):
    with legacy_server(version) as server:
        batch = [
            {"jsonrpc": "2.0", "id": 501, "method": "ping"},
            {"jsonrpc": "2.0", "method": "notifications/whatever"},
            {"jsonrpc": "2.0", "id": 502, "method": "no/such"},
            17,
        ]
        server.send(batch)
        answer = server.receive()
        if version == "2025-03-26":
            assert isinstance(answer, list) and len(answer) == 3
            by_id = {a.get("id"): a for a in answer}
            assert by_id[501]["result"] == {}
            assert by_id[502]["error"]["code"] == -32601
            assert by_id[None]["error"]["code"] == -32600
            server.send([{"jsonrpc": "2.0", "method": "notifications/whatever"}])
            server.send([])
            assert server.receive()["error"]["code"] == -32600
        else:
            assert answer["error"]["code"] == -32600
        assert server.request("ping")["result"] == {}


def test_a_batch_of_calls_is_answered_in_one_array():
    with legacy_server("2025-03-26") as server:
        session = server.session()
        batch = [
            {
                "jsonrpc": "2.0",
                "id": f"b{n}",
                "method": "tools/call",
                "params": {"name": "session_exec", "arguments": {"session_id": session, "command": f"echo {n}"}},
            }
            for n in range(5)
        ]
        server.send(batch)
        answer = server.receive_until(lambda m: isinstance(m, list))
        texts = {a["id"]: json.loads(a["result"]["content"][0]["text"])["stdout"] for a in answer}
        assert texts == {f"b{n}": f"{n}\n" for n in range(5)}


def test_modern_requests_may_come_before_and_after_a_handshake():
    with Server() as server:
        listed = server.request("tools/list", {"_meta": modern_meta()})
        assert listed["result"]["resultType"] == "complete"
        server.initialize()
        assert "resultType" not in server.request("tools/list")["result"]
        assert server.request("tools/list", {"_meta": modern_meta()})["result"]["resultType"] == "complete"
        assert MODERN not in json.dumps(server.request("ping"))


def test_memory_stays_bounded_under_garbage(server):
    worker = server.worker()

    def resident():
        status = open(f"/proc/{worker}/status").read()
        return int(status.split("VmRSS:")[1].split()[0])

    session = server.session()
    server.send_bytes((b"x" * 1_000_000 + b"\n") * 40)
    for _ in range(40):
        assert server.receive()["error"]["code"] == -32700
    # A fifth of this is usual; what was sent would not fit.
    assert resident() < 40_000
    assert server.run(session, "echo ok")["stdout"] == "ok\n"
    wait_until(lambda: resident() < 40_000)
