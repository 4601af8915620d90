"""Every message of a long conversation, held against the published schema of its revision, nothing left out."""

import functools
import json
import pathlib

import jsonschema
import pytest
from execkit_client import LEGACY, MODERN, Server, ask_capabilities, modern_meta, wait_until, write_policy

SCHEMAS = pathlib.Path(__file__).resolve().parents[1] / "schemas"
RESULTS = {
    "initialize": "InitializeResult",
    "ping": "EmptyResult",
    "logging/setLevel": "EmptyResult",
    "tools/list": "ListToolsResult",
    "tools/call": "CallToolResult",
    "server/discover": "DiscoverResult",
    "subscriptions/listen": "SubscriptionsListenResult",
}


class Published:
    """The schema of one revision."""

    def __init__(self, revision):
        self.revision = revision
        whole = json.loads((SCHEMAS / f"mcp-{revision}.schema.json").read_text())
        self.key = "definitions" if "definitions" in whole else "$defs"
        self.definitions = whole[self.key]
        self.dialect = jsonschema.validators.validator_for(whole)

    @functools.cache
    def validator(self, name):
        assert name in self.definitions, name
        return self.dialect({self.key: self.definitions, "$ref": f"#/{self.key}/{name}"})

    def check(self, name, value):
        self.validator(name).validate(value)

    def known(self, name, value):
        """The schemas allow members they do not name; what we send has none of another revision."""
        definition = self.definitions[name]
        names = set(definition.get("properties", {}))
        for part in definition.get("allOf", []):
            names |= set(self.definitions[part["$ref"].rpartition("/")[2]].get("properties", {}))
        assert set(value) <= names, (name, set(value) - names)

    def message(self, message, methods):
        """Checks one message of the server. `methods` says which method an id was used for."""
        if isinstance(message, list):
            assert self.revision == "2025-03-26" and message
            self.check("JSONRPCBatchResponse", [m for m in message if "id" in m])
            for one in message:
                self.message(one, methods)
        elif "method" in message and "id" in message:
            assert self.revision != MODERN
            self.check("JSONRPCRequest", message)
            self.check("ServerRequest", message)
        elif "method" in message:
            self.check("JSONRPCNotification", message)
            self.check("ServerNotification", message)
        elif "error" in message:
            assert set(message) <= {"jsonrpc", "id", "error"} and set(message["error"]) <= {"code", "message", "data"}
            # An error that belongs to no request has no id; the older schemas have no form for such an error at all.
            if self.revision < "2025-11-25" and "id" not in message:
                message = {**message, "id": 0}
            self.check("JSONRPCErrorResponse" if "JSONRPCErrorResponse" in self.definitions else "JSONRPCError", message)
        else:
            assert set(message) == {"jsonrpc", "id", "result"}
            self.check("JSONRPCMessage", message)
            self.result(methods[json.dumps(message["id"])], message["result"])

    def result(self, method, result):
        name = RESULTS[method]
        if result.get("resultType") == "input_required":
            assert self.revision == MODERN and method == "tools/call"
            name = "InputRequiredResult"
            for request in result["inputRequests"].values():
                self.check("ElicitRequest", request)
        self.check(name, result)
        self.known(name, result)
        if name == "ListToolsResult":
            for tool in result["tools"]:
                self.known("Tool", tool)
                for part in ("inputSchema", "outputSchema"):
                    if part in tool:
                        jsonschema.Draft202012Validator.check_schema(tool[part])
        if name == "InitializeResult":
            self.known("Implementation", result["serverInfo"])
            self.known("ServerCapabilities", result["capabilities"])


class Conversation(Server):
    """A server whose requests are remembered, so that each answer is checked as the answer to its method."""

    def __init__(self, revision, home):
        super().__init__(home=home, env=write_policy(home, {"ask": ["touch"], "deny": ["rmdir"]}))
        self.revision, self.methods = revision, {}
        self.ask = ask_capabilities(revision)
        self.modern = revision == MODERN

    def send(self, message):
        for one in message if isinstance(message, list) else [message]:
            if isinstance(one, dict) and "method" in one:
                if self.modern and "id" in one:
                    params = one.setdefault("params", {})
                    if isinstance(params, dict):
                        params["_meta"] = {**modern_meta(self.ask), **(params.get("_meta") or {})}
                if "id" in one:
                    self.methods[json.dumps(one["id"])] = one["method"]
        super().send(message)

    def check(self):
        """Ends the conversation and checks everything that was said in it; returns what kinds of messages there were."""
        assert self.finish()[0] == 0
        published, seen = Published(self.revision), set()
        for line in bytes(self.received).splitlines():
            message = json.loads(line)
            published.message(message, self.methods)
            for one in message if isinstance(message, list) else [message]:
                kind = one.get("method") or ("error" if "error" in one else self.methods[json.dumps(one["id"])])
                seen.add(one.get("result", {}).get("resultType", "complete") + ":" + kind)
        self.structured()
        return {kind.removeprefix("complete:") for kind in seen}

    def structured(self):
        """Each structured result follows the output schema of its tool."""
        messages = [json.loads(line) for line in bytes(self.received).splitlines()]
        answers = {json.dumps(m["id"]): m["result"] for m in messages if isinstance(m, dict) and "result" in m}
        lists = [a["tools"] for a in answers.values() if "tools" in a]
        schemas = {tool["name"]: tool.get("outputSchema") for tool in lists[0]}
        checked = 0
        for identifier, tool in self.tools.items():
            result = answers.get(identifier, {})
            if "structuredContent" in result:
                jsonschema.Draft202012Validator(schemas[tool]).validate(result["structuredContent"])
                assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
                checked += 1
            assert ("structuredContent" in result) <= (self.revision >= "2025-06-18")
        assert checked > 8 or self.revision < "2025-06-18"

    @functools.cached_property
    def tools(self):
        return {}

    def call_later(self, tool, arguments=None, meta=None):
        identifier = super().call_later(tool, arguments, meta)
        self.tools[json.dumps(identifier)] = tool
        return identifier


def talk(server, home):
    """What every revision has: tools with all their kinds of results, progress, errors."""
    server.request("tools/list")
    session = server.session()
    server.run(session, "echo out; echo err >&2; false")
    flood = server.run(session, "seq 1 100000")
    server.ok("session_output", output_id=flood["output_id"], limit=3)
    server.run(session, "seq 1 50", budget={"grep": {"pattern": "1"}, "keep": {"mode": "tail", "n": 2}, "max_chars": 9})
    server.run(session, "printf '\\377\\000\\033[1m\u202e'; echo API_KEY=abcdefgh12345678")
    server.run(session, "sleep 1000", timeout_secs=1)
    job = server.run(session, "cat; exit 2", background=True)["job_id"]
    server.ok("session_list")
    server.ok("session_job", job_id=job, action="write", input="x\n", close_input=True)
    wait_until(lambda: not server.ok("session_job", job_id=job, action="poll")["running"])
    server.ok("session_job", job_id=job, action="read")
    waiting = "echo one; while [ ! -e go ]; do sleep 0.05; done"
    request = server.call_later("session_exec", {"session_id": session, "command": waiting}, {"progressToken": "p"})
    note = server.receive_until(lambda m: m.get("method") == "notifications/progress")
    assert note["params"]["progressToken"] == "p"
    (home / "go").touch()
    server.answer(request)
    for tool, arguments in [
        ("session_exec", {"session_id": session, "command": "rmdir x"}),
        ("session_exec", {"session_id": session}),
        ("session_exec", {"session_id": "none", "command": "ls"}),
        ("session_create", {"transport": "ssh"}),
    ]:
        server.fails(tool, **arguments)
    for method, params in [
        ("no/such", None), ("tools/call", {"name": "none", "arguments": {}}), ("tools/call", {"name": 5}),
        ("tools/list", {"cursor": "made up"}), ("resources/list", {}), ("tools/call", {"name": "session_list", "arguments": 1}),
    ]:
        assert "error" in server.request(method, params)
    for line in (b"{", b"[]", b"7", b'{"jsonrpc":"2.0","id":null,"method":"ping"}', b'{"jsonrpc":"1.0","id":1,"method":"ping"}'):
        server.send_bytes(line + b"\n")
        assert "error" in server.receive_until(lambda m: isinstance(m, dict) and "error" in m)
    (home / "w").mkdir()
    undo = server.ok("session_create", transport="local", workspace=str(home / "w"))["session_id"]
    server.run(undo, "seq 1 10000 > w/a; echo API_KEY=abcdefgh12345678 > w/b; chmod 600 w/b; mkfifo w/fifo; mkdir w/empty")
    server.ok("session_checkpoint", session_id=undo, label="one")
    server.run(undo, "rm -r w/*")
    for arguments in ({}, {"budget": {"keep": {"mode": "head", "n": 3}}}):
        server.ok("session_diff", session_id=undo, **arguments)
    server.ok("session_restore", session_id=undo, dry_run=True)
    server.ok("session_restore", session_id=undo)
    server.ok("session_checkpoints", session_id=undo, limit=3)
    server.ok("session_write_file", session_id=undo, path=str(home / "w/c"), content="c")
    (home / "w").rename(home / "v")
    assert server.run(undo, ":")["checkpoint"]["failed"]
    server.fails("session_checkpoint", session_id=undo)
    server.ok("session_create", transport="local", workspace=str(home / "w"))
    ended = server.run(session, "exit 1")
    assert ended["session_closed"]
    server.ok("session_destroy", session_id=server.session())


@pytest.mark.parametrize("revision", LEGACY)
def test_every_message_follows_the_published_schema(tmp_path, revision):
    with Conversation(revision, tmp_path) as server:
        assert "error" in server.request("tools/list")
        server.request("ping")
        assert server.initialize(revision, server.ask)["protocolVersion"] == revision
        server.request("logging/setLevel", {"level": "debug"})
        assert "error" in server.request("logging/setLevel", {"level": "loud"})
        assert "error" in server.request("initialize", {"protocolVersion": revision, "capabilities": {}})
        talk(server, tmp_path)
        wanted = {
            "initialize", "ping", "tools/list", "tools/call", "logging/setLevel", "error", "notifications/message",
            "notifications/progress",
        }
        session = server.session()
        if revision >= "2025-06-18":
            for answer in ({"action": "accept", "content": {"run": True}}, {"action": "decline"}, None):
                call = server.call_later("session_exec", {"session_id": session, "command": "touch made"})
                question = server.receive_until(lambda m: m.get("method") == "elicitation/create")
                if answer is None:
                    server.notify("notifications/cancelled", {"requestId": call})
                    server.receive_until(lambda m: m.get("method") == "notifications/cancelled")
                else:
                    server.send({"jsonrpc": "2.0", "id": question["id"], "result": answer})
                    server.answer(call)
            wanted |= {"elicitation/create", "notifications/cancelled"}
        batch = [
            {"jsonrpc": "2.0", "id": "b1", "method": "ping"},
            {"jsonrpc": "2.0", "id": "b2", "method": "no/such"},
            {"jsonrpc": "2.0", "id": "b3", "method": "tools/call", "params": {"name": "session_list", "arguments": {}}},
            5,
        ]
        server.send(batch)
        server.receive_until(lambda m: isinstance(m, list) or "error" in m)
        assert server.check() == wanted


def test_every_message_without_a_handshake_follows_the_published_schema(tmp_path):
    with Conversation(MODERN, tmp_path) as server:
        server.request("server/discover")
        listening = server.new_id()
        params = {"notifications": {"toolsListChanged": True, "resourcesListChanged": True}}
        server.send({"jsonrpc": "2.0", "id": listening, "method": "subscriptions/listen", "params": params})
        server.receive_until(lambda m: m.get("method") == "notifications/subscriptions/acknowledged")
        talk(server, tmp_path)
        session = server.session()
        for command in ("touch made", "touch other"):
            arguments = {"session_id": session, "command": command}
            asked = server.call("session_exec", **arguments)
            assert asked["resultType"] == "input_required"
            params = {"name": "session_exec", "arguments": arguments, "requestState": asked["requestState"]}
            for answer in ({"run": {"action": "accept", "content": {"run": True}}}, {"run": {"action": "decline"}}):
                server.request("tools/call", {**params, "inputResponses": answer})
            assert "error" in server.request("tools/call", {**params, "requestState": "forged"})
        for meta in (
            {"io.modelcontextprotocol/protocolVersion": "2031-01-01"}, {"io.modelcontextprotocol/clientCapabilities": 1},
            {"io.modelcontextprotocol/logLevel": "loud"},
        ):
            assert "error" in server.request("tools/list", {"_meta": meta})
        for method in ("ping", "logging/setLevel", "initialize"):
            assert "error" in server.request(method, {})
        assert server.check() == {
            "server/discover", "tools/list", "tools/call", "error", "notifications/progress", "subscriptions/listen",
            "notifications/subscriptions/acknowledged", "input_required:tools/call",
        }


@pytest.mark.parametrize(
    "revision, message",
    [
        ("2025-11-25", {"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "x"}}),
        ("2025-11-25", {"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text"}]}}),
        ("2025-11-25", {"jsonrpc": "2.0", "id": 1, "result": {"content": []}, "extra": 1}),
        ("2025-03-26", {"jsonrpc": "2.0", "id": 1, "result": {"content": [], "structuredContent": {}}}),
        (MODERN, {"jsonrpc": "2.0", "id": 1, "result": {"content": []}}),
        (MODERN, {"jsonrpc": "2.0", "id": 1, "method": "elicitation/create", "params": {}}),
        ("2025-06-18", {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": "1"}}),
    ],
)
def test_the_check_finds_what_is_wrong(revision, message):
    with pytest.raises((jsonschema.ValidationError, AssertionError)):
        Published(revision).message(message, {"1": "tools/call"})
