"""Commands that the user is asked about: elicitation in both eras, and what an answer is worth."""

import pytest
from execkit_client import MODERN, Server, ask_capabilities, legacy_server, modern_meta, write_policy

POLICY = {"ask": [{"program": "touch", "reason": "Is the file wanted?"}]}
ASKING = {"elicitation": {"form": {}}}
YES = {"action": "accept", "content": {"run": True}}
REFUSALS = [
    {"action": "decline"},
    {"action": "cancel"},
    {"action": "accept", "content": {"run": False}},
    {"action": "accept", "content": {}},
    {"action": "accept"},
    {"action": "accept", "content": {"run": "true"}},
    {"action": "accept", "content": {"run": 1}},
    {"action": "perhaps", "content": {"run": True}},
    {},
]


def exec_arguments(session, command, **more):
    return {"session_id": session, "command": command, **more}


@pytest.fixture
def asked(tmp_path):
    """A server with a handshake whose client can ask."""
    with legacy_server(capabilities=ASKING, home=tmp_path, env=write_policy(tmp_path, POLICY)) as server:
        yield server, server.session(), tmp_path


def question(server):
    return server.receive_until(lambda m: m.get("method") == "elicitation/create")


@pytest.mark.parametrize("version", ["2025-06-18", "2025-11-25"])
def test_the_user_is_asked_and_agrees_once(tmp_path, version):
    settings = write_policy(tmp_path, POLICY)
    with legacy_server(version, ask_capabilities(version), home=tmp_path, env=settings) as server:
        session = server.session()
        call = server.call_later("session_exec", exec_arguments(session, "touch made; echo done"))
        asked = question(server)
        message = asked["params"]["message"]
        assert "touch made; echo done" in message and session in message
        assert "operator:ask[0]" in message and "Is the file wanted?" in message
        assert asked["params"]["requestedSchema"]["properties"]["run"]["type"] == "boolean"
        assert not (tmp_path / "made").exists()
        assert server.ok("session_list")["sessions"], "a question does not hold up other calls"
        server.send({"jsonrpc": "2.0", "id": asked["id"], "result": YES})
        assert server.answer(call)["result"]["structuredContent"]["stdout"] == "done\n"
        assert (tmp_path / "made").exists()
        # The same command again is a new question, and an answer twice is worth nothing.
        (tmp_path / "made").unlink()
        server.send({"jsonrpc": "2.0", "id": asked["id"], "result": YES})
        call = server.call_later("session_exec", exec_arguments(session, "touch made; echo done"))
        again = question(server)
        assert again["id"] != asked["id"]
        server.send({"jsonrpc": "2.0", "id": asked["id"], "result": YES})
        server.send({"jsonrpc": "2.0", "id": again["id"], "result": {"action": "decline"}})
        assert server.answer(call)["result"]["isError"] is True
        assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("answer", REFUSALS, ids=repr)
def test_everything_but_a_clear_yes_is_a_no(asked, answer):
    server, session, home = asked
    call = server.call_later("session_exec", exec_arguments(session, "touch made"))
    server.send({"jsonrpc": "2.0", "id": question(server)["id"], "result": answer})
    result = server.answer(call)["result"]
    assert result["isError"] is True and "not agree" in result["content"][0]["text"]
    assert not (home / "made").exists()


def test_an_error_instead_of_an_answer_is_a_no(asked):
    server, session, home = asked
    call = server.call_later("session_exec", exec_arguments(session, "touch made"))
    error = {"code": -32601, "message": "not here"}
    server.send({"jsonrpc": "2.0", "id": question(server)["id"], "error": error})
    assert server.answer(call)["result"]["isError"] is True
    assert not (home / "made").exists()


def test_a_cancelled_call_takes_its_question_back(asked):
    server, session, home = asked
    call = server.call_later("session_exec", exec_arguments(session, "touch made"))
    asked_id = question(server)["id"]
    server.notify("notifications/cancelled", {"requestId": call})
    withdrawn = server.receive_until(lambda m: m.get("method") == "notifications/cancelled")
    assert withdrawn["params"]["requestId"] == asked_id
    server.send({"jsonrpc": "2.0", "id": asked_id, "result": YES})
    assert server.run(session, "echo on")["stdout"] == "on\n"
    assert not (home / "made").exists()


def test_answers_to_two_questions_are_not_mixed_up(asked):
    server, session, home = asked
    other = server.session()
    first = server.call_later("session_exec", exec_arguments(session, "touch first"))
    ask_first = question(server)
    second = server.call_later("session_exec", exec_arguments(other, "touch second"))
    ask_second = question(server)
    assert "touch first" in ask_first["params"]["message"] and "touch second" in ask_second["params"]["message"]
    server.send({"jsonrpc": "2.0", "id": ask_second["id"], "result": YES})
    server.send({"jsonrpc": "2.0", "id": ask_first["id"], "result": {"action": "decline"}})
    assert server.answer(second)["result"].get("isError") is not True
    assert server.answer(first)["result"]["isError"] is True
    assert (home / "second").exists() and not (home / "first").exists()


@pytest.mark.parametrize(
    "version, capabilities",
    [("2025-11-25", {}), ("2025-11-25", {"elicitation": {"url": {}}}), ("2024-11-05", ASKING), ("2025-03-26", ASKING)],
)
def test_a_client_that_cannot_ask_is_a_denial_that_says_so(tmp_path, version, capabilities):
    with legacy_server(version, capabilities, home=tmp_path, env=write_policy(tmp_path, POLICY)) as server:
        text = server.fails("session_exec", session_id=server.session(), command="touch made")
        assert "cannot ask" in text and "operator:ask[0]" in text
        assert not (tmp_path / "made").exists()


def test_a_background_job_is_asked_about_as_well(asked):
    server, session, home = asked
    call = server.call_later("session_exec", exec_arguments(session, "touch made", background=True))
    server.send({"jsonrpc": "2.0", "id": question(server)["id"], "result": {"action": "decline"}})
    assert server.answer(call)["result"]["isError"] is True
    assert not (home / "made").exists()


# Without a handshake: the question is a result, and the client calls again.


class Modern:
    """A server without a handshake, with a policy that asks."""

    def __init__(self, home, capabilities=ASKING):
        self.server = Server(home=home, env=write_policy(home, POLICY))
        self.capabilities = capabilities

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stop()

    def raw(self, tool, arguments, **more):
        params = {"name": tool, "arguments": arguments, "_meta": modern_meta(self.capabilities), **more}
        return self.server.request("tools/call", params)

    def result(self, *arguments, **more):
        answer = self.raw(*arguments, **more)
        assert "result" in answer, answer
        return answer["result"]

    def session(self):
        return self.result("session_create", {"transport": "local"})["structuredContent"]["session_id"]


@pytest.fixture
def modern(tmp_path):
    with Modern(tmp_path) as running:
        yield running


def test_a_modern_question_is_a_result_and_its_answer_counts_once(modern, tmp_path):
    arguments = exec_arguments(modern.session(), "touch made; echo done")
    asked = modern.result("session_exec", arguments)
    assert asked["resultType"] == "input_required"
    (key, request), = asked["inputRequests"].items()
    assert request["method"] == "elicitation/create" and "touch made; echo done" in request["params"]["message"]
    assert not (tmp_path / "made").exists()
    answer = {"inputResponses": {key: YES}, "requestState": asked["requestState"]}
    done = modern.result("session_exec", arguments, **answer)
    assert done["resultType"] == "complete" and done["structuredContent"]["stdout"] == "done\n"
    (tmp_path / "made").unlink()
    replayed = modern.result("session_exec", arguments, **answer)
    assert replayed["isError"] is True
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("answer", REFUSALS, ids=repr)
def test_a_modern_refusal_is_a_no_and_uses_the_question_up(modern, tmp_path, answer):
    arguments = exec_arguments(modern.session(), "touch made")
    asked = modern.result("session_exec", arguments)
    refused = modern.result("session_exec", arguments, inputResponses={"run": answer}, requestState=asked["requestState"])
    assert refused["isError"] is True
    later = modern.result("session_exec", arguments, inputResponses={"run": YES}, requestState=asked["requestState"])
    assert later["isError"] is True
    assert not (tmp_path / "made").exists()


def test_a_modern_approval_is_for_exactly_that_call(modern, tmp_path):
    session, other = modern.session(), modern.session()
    arguments = exec_arguments(session, "touch made")
    state = modern.result("session_exec", arguments)["requestState"]
    answer = {"inputResponses": {"run": YES}, "requestState": state}
    for changed in (
        exec_arguments(session, "touch made2"),
        exec_arguments(session, "touch made "),
        exec_arguments(other, "touch made"),
        exec_arguments(session, "touch made", background=True),
        exec_arguments(session, "touch made", stdin="x"),
        exec_arguments(session, "touch made", timeout_secs=5),
    ):
        assert modern.raw("session_exec", changed, **answer)["error"]["code"] == -32602
    for forged in (state[:-1] + ("0" if state[-1] != "0" else "1"), "", ".", "00.00", state.split(".")[0], state + "00", 7):
        answer["requestState"] = forged
        assert modern.raw("session_exec", arguments, **answer)["error"]["code"] == -32602
    assert not list(tmp_path.glob("made*"))
    answer["requestState"] = state
    assert modern.result("session_exec", arguments, **answer).get("isError") is not True
    assert [path.name for path in tmp_path.glob("made*")] == ["made"]


def test_a_modern_answer_without_a_state_or_under_another_key_asks_again(modern, tmp_path):
    arguments = exec_arguments(modern.session(), "touch made")
    asked = modern.result("session_exec", arguments, inputResponses={"run": YES})
    assert asked["resultType"] == "input_required"
    again = modern.result("session_exec", arguments, inputResponses={"other": YES}, requestState=asked["requestState"])
    assert again["resultType"] == "input_required"
    assert not (tmp_path / "made").exists()


def test_a_state_of_another_process_is_refused(modern, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    arguments = exec_arguments(modern.session(), "touch made")
    state = modern.result("session_exec", arguments)["requestState"]
    with Modern(elsewhere) as second:
        second.session()
        refused = second.raw("session_exec", arguments, inputResponses={"run": YES}, requestState=state)
        assert refused["error"]["code"] == -32602


@pytest.mark.parametrize("capabilities", [{}, {"elicitation": {"url": {}}}])
def test_a_modern_client_that_cannot_ask_is_a_denial(tmp_path, capabilities):
    with Modern(tmp_path, capabilities) as modern:
        refused = modern.result("session_exec", exec_arguments(modern.session(), "touch made"))
        assert refused["isError"] is True and "cannot ask" in refused["content"][0]["text"]
        assert not (tmp_path / "made").exists()
        assert MODERN not in refused["content"][0]["text"]
