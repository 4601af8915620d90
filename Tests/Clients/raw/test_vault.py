"""Secrets that an agent uses and never sees: the whole path, from the person's program to the agent's tools."""

import contextlib
import json
import pathlib
import signal
import subprocess
import threading
import time

import pytest
from execkit_client import PROGRAM, legacy_server, modern_meta, processes_of, Family, wait_until, write_policy
from vault_support import Vault, digest, digest_of, needs_programs, scratch

TOOLS = {"status", "list-projects", "list-secrets", "get-current-project", "run-with-secrets"}
ASKING = {"elicitation": {"form": {}}}
YES = {"action": "accept", "content": {"run": True}}


@pytest.fixture
def vault():
    needs_programs()
    with scratch() as root:
        made = Vault(root)
        try:
            yield made
        finally:
            made.lock()


@pytest.fixture
def server(vault):
    with vault.server() as running:
        yield running
        vault.assert_hidden(running.finish()[1])


def question(server):
    return server.receive_until(lambda m: m.get("method") == "elicitation/create")


def run(server, *command, **arguments):
    return server.ok("run-with-secrets", command=list(command), **arguments)


def records(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]


# Names


def test_names_come_without_unlocking_and_values_never(vault):
    vault.lock()
    vault.set("API_TOKEN", "--description", "of the shop", "--tag", "api")
    vault.set("OLD", "--expires", "2001-01-01")
    vault.set("PAGE_KEY", "--scope", "client", "--env", "production")
    vault.lock()
    with vault.server() as server:
        status = server.ok("status")
        assert (status["vault"], status["locked"], status["secrets"]) == ("present", True, 3) and "execkit unlock" in status["hint"]
        projects = server.ok("list-projects")["projects"]
        assert [project["name"] for project in projects] == ["shop"]
        assert {place["name"] for place in projects[0]["environments"]} == {"development", "production"}
        listed = server.ok("list-secrets")
        assert {s["key"]: (s["environment"], s["scope"], s["expired"], s["usable"]) for s in listed["secrets"]} == {
            "API_TOKEN": ("development", "shared", False, True),
            "OLD": ("development", "shared", True, False),
            "PAGE_KEY": ("production", "client", False, False),
        }
        assert [s["key"] for s in server.ok("list-secrets", environment="production")["secrets"]] == ["PAGE_KEY"]
        assert [s["key"] for s in server.ok("list-secrets", pattern="api_*")["secrets"]] == ["API_TOKEN"]
        current = server.ok("get-current-project")
        assert current["found"] and current["projectName"] == "shop" and current["file"].endswith("execkit.toml")
        vault.assert_hidden(server.finish()[1])


def test_a_locked_vault_says_what_the_user_does_and_runs_nothing(vault):
    vault.set("API_TOKEN")
    vault.lock()
    with vault.server() as server:
        text = server.fails("run-with-secrets", command=["sh", "-c", "touch made; : $API_TOKEN"])
        assert "execkit unlock" in text and not (vault.project / "made").exists()
        vault.unlock()
        assert run(server, *digest_of("API_TOKEN"))["stdout"] == digest(vault.values["API_TOKEN"]), "the same server goes on"


def test_without_a_vault_the_answer_is_how_to_make_one():
    needs_programs()
    with scratch() as root, legacy_server(home=root, env={"EXECKIT_HOME": root + "/vault"}) as server:
        status = server.ok("status")
        assert status["vault"] == "missing" and "execkit init" in status["hint"]
        for tool, arguments in [("list-secrets", {}), ("run-with-secrets", {"command": ["true"], "secrets": ["A"]})]:
            assert "execkit init" in server.fails(tool, **arguments)
        assert not (pathlib.Path(root) / "vault").exists(), "asking makes nothing"


# Runs


def test_the_secrets_that_the_command_mentions_are_injected_and_no_others(vault, server):
    token, other = vault.set("API_TOKEN"), vault.set("OTHER")
    result = run(server, *digest_of("API_TOKEN"))
    assert result["stdout"] == digest(token) and result["secrets"] == ["API_TOKEN"] and result["exitCode"] == 0
    assert (result["project"], result["environment"]) == ("shop", "development")
    result = run(server, "sh", "-c", "env | grep -c -e API_TOKEN -e OTHER; : API_TOKEN OTHER")
    assert result["stdout"] == "2\n" and set(result["secrets"]) == {"API_TOKEN", "OTHER"}
    result = run(server, "sh", "-c", "env | grep -c OTHE; : $API_TOKEN", secrets=["API_TOKEN"])
    assert result["stdout"] == "0\n" and result["secrets"] == ["API_TOKEN"]
    result = run(server, *digest_of("OTHER"), secrets=["OTHER", "OTHER"])
    assert result["stdout"] == digest(other) and result["secrets"] == ["OTHER"]
    assert run(server, "sh", "-c", "echo ${API_TOKEN:-nothing}", secrets=[])["stdout"] == "nothing\n"


def test_a_command_that_mentions_none_is_told_how_to_write_it(vault, server):
    vault.set("API_TOKEN")
    text = server.fails("run-with-secrets", command=["touch", "made"])
    assert "sh -c" in text and "secrets: []" in text and not (vault.project / "made").exists()
    assert run(server, "touch", "made", secrets=[])["exitCode"] == 0 and (vault.project / "made").exists()


@pytest.mark.parametrize(
    "arguments, said",
    [
        ({"secrets": ["NO_SUCH"]}, "NO_SUCH"),
        ({"secrets": ["OLD"]}, "OLD"),
        ({"secrets": ["PAGE_KEY"]}, "PAGE_KEY"),
        ({"secrets": ["API_TOKEN", "NO_SUCH"]}, "NO_SUCH"),
        ({"secrets": ["API_TOKEN"], "environment": "nowhere"}, "nowhere"),
        ({"secrets": ["API_TOKEN"], "folder": "nowhere"}, "nowhere"),
        ({"secrets": ["API_TOKEN"], "projectId": "nowhere"}, "nowhere"),
        ({"command": ["no-such-program-here"], "secrets": ["API_TOKEN"]}, "no such program"),
        ({"command": ["/etc/passwd"], "secrets": ["API_TOKEN"]}, "executed"),
        ({"command": ["touch", "made"], "secrets": ["API_TOKEN"], "cwd": "/no/such/place"}, "directory"),
        ({"command": ["touch", "made"], "secrets": ["API_TOKEN"], "cwd": "here"}, "absolute"),
        ({"command": [], "secrets": []}, "empty"),
    ],
    ids=repr,
)
def test_what_cannot_be_done_is_said_and_nothing_runs(vault, server, arguments, said):
    vault.set("API_TOKEN")
    vault.set("OLD", "--expires", "2001-01-01")
    vault.set("PAGE_KEY", "--scope", "client")
    text = server.fails("run-with-secrets", **{"command": ["touch", "made"], **arguments})
    assert said in text
    assert not (vault.project / "made").exists()


def test_an_ambiguous_project_is_not_guessed(vault):
    vault.set("API_TOKEN")
    other = vault.root / "blog"
    other.mkdir()
    vault.ok("init", "--no-import", cwd=other)
    with legacy_server(home=vault.home, cwd=vault.root, env=vault.settings) as server:
        text = server.fails("run-with-secrets", command=["touch", str(vault.project / "made")], secrets=["API_TOKEN"])
        assert "shop" in text and "blog" in text and not (vault.project / "made").exists()
        assert run(server, *digest_of("API_TOKEN"), projectId="shop", environment="development")["stdout"] == digest(
            vault.values["API_TOKEN"])


def test_input_directory_exit_codes_and_signals(vault, server):
    vault.set("API_TOKEN")
    result = run(server, "sh", "-c", "cat; pwd; : $API_TOKEN; exit 7", stdin="text\n", cwd="/usr")
    assert result["stdout"] == "text\n/usr\n" and result["exitCode"] == 7 and "signal" not in result
    result = run(server, "sh", "-c", "kill -9 $$; : $API_TOKEN")
    assert (result["exitCode"], result["signal"], result["timedOut"]) == (137, "SIGKILL", False)
    assert run(server, "sh", "-c", "echo err >&2; : $API_TOKEN")["stderr"] == "err\n"


@pytest.mark.parametrize("delivery", ["descriptor", "file"])
def test_a_value_by_path(vault, server, delivery):
    token = vault.set("API_TOKEN")
    command = ["sh", "-c", 'echo "$API_TOKEN"; sha256sum < "$API_TOKEN"; sha256sum < "$API_TOKEN"']
    result = run(server, *command, delivery=delivery)
    path, *sums = result["stdout"].splitlines(keepends=True)
    assert sums == [digest(token)] * 2 and "$API_TOKEN" in result["hint"]
    assert not pathlib.Path(path.strip()).exists() or delivery == "descriptor"


def test_time_is_up_for_everything_that_it_started(vault, server):
    vault.set("API_TOKEN")
    before = Family(processes_of(server.process.pid))
    command = "trap '' TERM; (trap '' TERM; exec sleep 1000) & setsid sleep 1000 & echo $API_TOKEN | wc -c; sleep 1000"
    result = run(server, "sh", "-c", command, timeoutSeconds=1)
    assert result["timedOut"] is True and result["exitCode"] == 124 and result["stdout"] == "41\n"
    after = processes_of(server.process.pid)
    names = [pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() for pid in after - set(before.starts) if pathlib.Path(f"/proc/{pid}/cmdline").exists()]
    assert not [name for name in names if b"sleep" in name]


def test_a_cancelled_run_ends(vault, server):
    vault.set("API_TOKEN")
    call = server.call_later("run-with-secrets", {"command": ["sh", "-c", "touch began; : $API_TOKEN; exec sleep 1000"]})
    wait_until((vault.project / "began").exists)
    server.notify("notifications/cancelled", {"requestId": call})

    def sleeps():
        for pid in processes_of(server.process.pid):
            try:
                if b"sleep\0001000" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                    return True
            except OSError:
                pass
        return False

    wait_until(lambda: not sleeps())
    assert run(server, "true", secrets=["API_TOKEN"])["exitCode"] == 0


def test_many_at_once_wait_in_order_and_each_gets_its_own(vault, server):
    token = vault.set("API_TOKEN")
    calls = [
        server.call_later(
            "run-with-secrets", {"command": ["sh", "-c", f'echo {n}; printf %s "$API_TOKEN" | sha256sum']}, meta={"progressToken": n})
        for n in range(300)
    ]
    for n, call in enumerate(calls):
        result = server.answer(call)["result"]
        assert result["structuredContent"]["stdout"] == f"{n}\n{digest(token)}"
    notes = [m["params"]["message"] for m in server.kept if m.get("method") == "notifications/progress"]
    assert any("wait before it" in note for note in notes)


def test_long_output_is_kept_and_a_budget_shortens_it(vault, server):
    vault.set("API_TOKEN")
    result = run(server, "sh", "-c", "seq 1 100000; : $API_TOKEN")
    assert result["truncated"] is True and len(json.dumps(result)) < 10_000
    part = server.ok("session_output", output_id=result["outputId"], offset=50_000, limit=1)
    assert part["text"] == "50001\n"
    budget = {"grep": {"pattern": "^777$"}, "keep": {"mode": "head", "n": 3}}
    result = run(server, "sh", "-c", "seq 1 100000; : $API_TOKEN", budget=budget)
    assert "777" in result["stdout"] and result["budget"]["stdout"]["lines_total"] == 100_000


def test_progress_carries_partial_output(vault, server):
    vault.set("API_TOKEN")
    call = server.call_later(
        "run-with-secrets", {"command": ["sh", "-c", "echo one; while [ ! -e go ]; do sleep 0.05; done; echo two $API_TOKEN >/dev/null"]},
        meta={"progressToken": "p"})
    server.receive_until(lambda m: m.get("method") == "notifications/progress" and "one" in m["params"]["message"])
    (vault.project / "go").touch()
    assert server.answer(call)["result"]["structuredContent"]["stdout"] == "one\n"


def test_a_marker_in_a_command_is_warned_of(vault, server):
    vault.set("API_TOKEN")
    assert "marker" in run(server, "sh", "-c", "echo '[REDACTED:API_TOKEN]' > /dev/null")["hint"]


# Rules


def test_a_rule_that_names_programs_keeps_out_the_others(vault, server):
    vault.set("API_TOKEN")
    vault.ok("rule", "set", "API_TOKEN", "--program", "env")
    assert "API_TOKEN" in server.fails("run-with-secrets", command=["touch", "made"], secrets=["API_TOKEN"])
    assert not (vault.project / "made").exists()
    assert "API_TOKEN" in run(server, "env", secrets=["API_TOKEN"])["stdout"]
    vault.values.clear()


def test_a_limit_holds_over_several_servers_at_once(vault):
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(vault.server()) for _ in range(4)]
        for number in range(8):
            key = f"LIMITED_{number}"
            vault.set(key)
            vault.ok("rule", "set", key, "--limit", "1/1h")
            calls = [server.call_later("run-with-secrets", {"command": ["true"], "secrets": [key]}) for server in servers]
            results = [server.answer(call)["result"] for server, call in zip(servers, calls)]
            assert [bool(result.get("isError")) for result in results].count(False) == 1, results


def test_the_user_is_asked_about_exactly_this_run_each_time(vault):
    token = vault.set("API_TOKEN")
    vault.ok("rule", "set", "API_TOKEN", "--ask", "always")
    with vault.server(capabilities=ASKING) as server:
        command = ["sh", "-c", 'printf %s "$API_TOKEN" | sha256sum; echo "\u202e"']
        call = server.call_later("run-with-secrets", {"command": command})
        asked = question(server)
        message = asked["params"]["message"]
        for said in ["API_TOKEN", "Program: /", "sh -c", str(vault.project), "\\u{202E}", "environment"]:
            assert said in message
        assert "\u202e" not in message
        server.send({"jsonrpc": "2.0", "id": asked["id"], "result": YES})
        assert server.answer(call)["result"]["structuredContent"]["stdout"].startswith(digest(token))
        for answer in [{"action": "decline"}, {"action": "cancel"}, {"action": "accept", "content": {"run": False}}]:
            call = server.call_later("run-with-secrets", {"command": ["sh", "-c", "touch made; : $API_TOKEN"]})
            server.send({"jsonrpc": "2.0", "id": question(server)["id"], "result": answer})
            result = server.answer(call)["result"]
            assert result["isError"] is True and "not agree" in result["content"][0]["text"]
        assert not (vault.project / "made").exists()
    with vault.server() as server:
        text = server.fails("run-with-secrets", command=["sh", "-c", "touch made; : $API_TOKEN"])
        assert "cannot ask" in text and not (vault.project / "made").exists()


@pytest.mark.parametrize("explicit", [{}, {"secrets": ["API_TOKEN"]}], ids=["mentioned", "named"])
@pytest.mark.parametrize("policy", [None, {"ask": [{"program": "sh"}]}], ids=["rule", "rule and policy"])
def test_a_project_file_that_changes_while_the_user_thinks_changes_nothing(vault, explicit, policy):
    token = vault.set("API_TOKEN")
    vault.set("API_TOKEN", "--env", "production")
    for place in ("development", "production"):
        vault.ok("rule", "set", "API_TOKEN", "--ask", "always", "--env", place)
    toml = vault.project / "execkit.toml"
    text = toml.read_text()
    arguments = {"command": digest_of("API_TOKEN"), **explicit}
    settings = write_policy(vault.home, policy) if policy else {}
    with vault.server(capabilities=ASKING, env=settings) as server:
        call = server.call_later("run-with-secrets", arguments)
        asked = question(server)
        assert "Project: shop (" in asked["params"]["message"] and "environment development" in asked["params"]["message"]
        toml.write_text(text.replace("development", "production"))
        assert "production" in toml.read_text()
        server.send({"jsonrpc": "2.0", "id": asked["id"], "result": YES})
        assert server.answer(call)["result"]["structuredContent"]["stdout"] == digest(token)
    toml.write_text(text)
    with vault.server(handshake=False, env=settings) as server:
        first = modern_call(server, arguments)["result"]
        assert "environment development" in first["inputRequests"]["run"]["params"]["message"]
        toml.write_text(text.replace("development", "production"))
        again = modern_call(server, arguments, inputResponses={"run": YES}, requestState=first["requestState"])["result"]
        assert again["isError"] is True and "ask the user anew" in again["content"][0]["text"]


def test_questions_do_not_hold_up_other_runs(vault):
    vault.set("API_TOKEN")
    vault.set("FREE")
    vault.ok("rule", "set", "API_TOKEN", "--ask", "always")
    with vault.server(capabilities=ASKING) as server:
        calls = [server.call_later("run-with-secrets", {"command": ["sh", "-c", f"echo {n}; : $API_TOKEN"]}) for n in range(40)]
        asked = [question(server) for _ in calls]
        assert run(server, *digest_of("FREE"))["stdout"] == digest(vault.values["FREE"])
        for one in reversed(asked):
            server.send({"jsonrpc": "2.0", "id": one["id"], "result": YES})
        assert [server.answer(call)["result"]["structuredContent"]["stdout"] for call in calls] == [f"{n}\n" for n in range(40)]


def modern_call(server, arguments, **more):
    params = {"name": "run-with-secrets", "arguments": arguments, "_meta": modern_meta(ASKING), **more}
    return server.request("tools/call", params)


@pytest.mark.parametrize("policy", [None, {"ask": [{"program": "sh"}]}], ids=["rule", "rule and policy"])
def test_without_a_handshake_one_answer_is_for_one_run_once(vault, policy):
    token = vault.set("API_TOKEN")
    vault.ok("rule", "set", "API_TOKEN", "--ask", "always")
    settings = write_policy(vault.home, policy) if policy else {}
    with vault.server(handshake=False, env={**settings, "EXECKIT_MCP_AUDIT": str(vault.home / "audit.jsonl")}) as server:
        arguments = {"command": digest_of("API_TOKEN")}
        first = modern_call(server, arguments)["result"]
        assert first["resultType"] == "input_required"
        (key, asked), = first["inputRequests"].items()
        assert "Secrets: API_TOKEN" in asked["params"]["message"]
        answers = {"inputResponses": {key: YES}, "requestState": first["requestState"]}
        for change in [{"command": ["sh", "-c", "touch made; : $API_TOKEN"]}, {"delivery": "file"}, {"stdin": "x"}, {"cwd": "/"}]:
            assert modern_call(server, {**arguments, **change}, **answers)["error"]["code"] == -32602
        assert modern_call(server, arguments, **answers)["result"]["structuredContent"]["stdout"] == digest(token)
        again = modern_call(server, arguments, **answers)["result"]
        assert again["isError"] is True and "used before" in again["content"][0]["text"]
        assert not (vault.project / "made").exists()
        server.finish()
    kinds = [(r["type"], r.get("result")) for r in records(vault.home / "audit.jsonl")]
    assert ("run_end", "ok") in kinds
    starts = [r["seq"] for r in records(vault.home / "audit.jsonl") if r["type"] == "run_start"]
    assert sorted(starts) == sorted(r["start"] for r in records(vault.home / "audit.jsonl") if r["type"] == "run_end")


def test_the_policy_judges_the_command_and_one_question_is_enough(vault):
    vault.set("API_TOKEN")
    vault.ok("rule", "set", "API_TOKEN", "--ask", "always")
    policy = {"deny": [{"program": "rm"}], "ask": [{"program": "touch", "reason": "Is the file wanted?"}]}
    with vault.server(capabilities=ASKING, env=write_policy(vault.home, policy)) as server:
        assert "rm" in server.fails("run-with-secrets", command=["sh", "-c", "rm -f x; : $API_TOKEN"])
        assert "rm" in server.fails("run-with-secrets", command=["sh"], stdin="rm -f x", secrets=["API_TOKEN"])
        call = server.call_later("run-with-secrets", {"command": ["sh", "-c", "touch made; : $API_TOKEN"]})
        asked = question(server)
        message = asked["params"]["message"]
        assert "Is the file wanted?" in message and "Secrets: API_TOKEN" in message and "Program: /" in message
        server.send({"jsonrpc": "2.0", "id": asked["id"], "result": YES})
        assert server.answer(call)["result"]["structuredContent"]["exitCode"] == 0, "no second question"
        assert (vault.project / "made").exists()


# The record


def test_every_run_and_every_refusal_is_on_record_without_a_value(vault):
    vault.set("API_TOKEN")
    vault.set("OLD", "--expires", "2001-01-01")
    log = vault.home / "audit.jsonl"
    with vault.server(env={"EXECKIT_MCP_AUDIT": str(log), **write_policy(vault.home, {"deny": [{"program": "rm"}]})}) as server:
        run(server, *digest_of("API_TOKEN"), stdin="in")
        run(server, "sh", "-c", "exit 3; : $API_TOKEN")
        run(server, "sh", "-c", "sleep 1000; : $API_TOKEN", timeoutSeconds=1)
        server.fails("run-with-secrets", command=["true"], secrets=["OLD"])
        server.fails("run-with-secrets", command=["rm", "x"], secrets=["API_TOKEN"])
        server.finish()
    found = records(log)
    starts = [r for r in found if r["type"] == "run_start"]
    assert [r["secrets"] for r in starts] == [["API_TOKEN"]] * 3 + [["OLD"]] and starts[0]["stdin"] == "in"
    assert all(r["session"] == "run" and r["program"].startswith("/") and r["cwd"] == str(vault.project) for r in starts)
    ends = [r for r in found if r["type"] == "run_end"]
    assert [(r["start"], r["result"]) for r in ends] == list(zip([r["seq"] for r in starts], ["ok", "failed", "timeout", "blocked"]))
    assert ends[0]["stdout"] == digest(vault.values["API_TOKEN"]) and ends[1]["exit_code"] == 3 and ends[3]["fence"] == "vault"
    assert [r["command"] for r in found if r["type"] == "blocked"] == ["rm x"]
    vault.assert_hidden(log.read_bytes())
    for verb in ("verify", "show"):
        done = subprocess.run([PROGRAM, "audit", verb, str(log)], capture_output=True, check=True, env=vault.settings)
        vault.assert_hidden(done.stdout)
    assert b"run_start" in done.stdout and b"API_TOKEN" in done.stdout and b"exit_code=3" in done.stdout


def test_what_cannot_be_recorded_does_not_run(vault):
    vault.set("API_TOKEN")
    place = vault.home / "audit"
    place.mkdir(mode=0o700)
    with vault.server(env={"EXECKIT_MCP_AUDIT": str(place / "log.jsonl")}) as server:
        run(server, "true", secrets=["API_TOKEN"])
        (place / "log.jsonl").unlink()
        text = server.fails("run-with-secrets", command=["touch", "made"], secrets=["API_TOKEN"])
        assert "record" in text and not (vault.project / "made").exists()
    shown = vault.ok("log", "--json")
    assert shown.count("run") >= 1


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_ended_leaves_no_run_and_no_keeper(vault, end):
    vault.set("API_TOKEN")
    log = vault.home / "audit.jsonl"
    with vault.server(env={"EXECKIT_MCP_AUDIT": str(log)}) as server:
        server.call_later("run-with-secrets", {"command": ["sh", "-c", "touch began; : $API_TOKEN; sleep 1000"]})
        wait_until((vault.project / "began").exists)
        family = Family(processes_of(server.process.pid))
        server.process.send_signal(end)
        server.process.wait(120)
        wait_until(lambda: not family.left())
    kinds = [r["type"] for r in records(log)]
    assert kinds.count("run_start") == kinds.count("run_end") == 1


# The operator


def test_the_operator_may_take_the_tools_away(vault):
    with vault.server(env={"EXECKIT_MCP_VAULT": "off"}) as server:
        names = {tool["name"] for tool in server.request("tools/list")["result"]["tools"]}
        assert not names & TOOLS and "session_exec" in names
    with vault.server() as server:
        listed = {tool["name"]: tool for tool in server.request("tools/list")["result"]["tools"]}
        assert set(listed) >= TOOLS
        notes = {name: listed[name]["annotations"] for name in TOOLS}
        assert notes["run-with-secrets"]["destructiveHint"] is True
        assert all(notes[name]["readOnlyHint"] for name in TOOLS - {"run-with-secrets"})


def test_without_a_keeper_the_tools_say_so(vault):
    with vault.server(env={"EXECKIT_MCP_KEEPER": "/no/such/keeper"}) as server:
        for tool, arguments in [("status", {}), ("list-secrets", {}), ("run-with-secrets", {"command": ["true"]})]:
            assert "execkit-keeper" in server.fails(tool, **arguments)
        assert server.run(server.session(), "echo on")["stdout"] == "on\n"


def test_nothing_is_started_before_the_first_call(vault):
    with vault.server() as server:
        server.request("tools/list")
        before = processes_of(server.process.pid)
        server.ok("status")
        assert len(processes_of(server.process.pid)) == len(before) + 1


def test_the_doctor_asks_the_keeper(vault):
    def rows(**env):
        done = subprocess.run([PROGRAM, "doctor", "--json"], capture_output=True, env={**vault.settings, **env}, timeout=120)
        return {check["name"]: (check["state"], check["value"]) for check in json.loads(done.stdout)["checks"]}

    assert rows()["keeper"][0] == "ok" and rows()["vault"][0] == "ok"
    vault.lock()
    assert rows()["vault"] == ("warn", rows()["vault"][1]) and "locked" in rows()["vault"][1]
    assert rows(EXECKIT_MCP_KEEPER="/no/such/keeper")["keeper"][0] == "broken"
    assert rows(EXECKIT_MCP_VAULT="off")["keeper"][0] == "off"


def test_a_client_that_stops_reading_loses_nothing(vault):
    vault.set("API_TOKEN")
    with vault.server(raw_stdout=True, handshake=False) as server:
        server.send({
            "jsonrpc": "2.0", "id": 0, "method": "initialize",
            "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}})
        for n in range(1, 101):
            server.send({
                "jsonrpc": "2.0", "id": n, "method": "tools/call",
                "params": {"name": "run-with-secrets", "arguments": {
                    "command": ["sh", "-c", "seq 1 30000; : $API_TOKEN"], "budget": {"max_chars": 150_000}}}})
        time.sleep(1)
        seen = set()
        reader = threading.Thread(target=lambda: [seen.add(json.loads(line).get("id")) or len(seen) == 101 and server.process.stdin.close() for line in server.process.stdout])
        reader.start()
        reader.join(120)
        assert seen == set(range(101))
