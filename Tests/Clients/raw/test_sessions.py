"""The tools: sessions, commands, budgets, jobs, outputs, and what the shell may do to itself."""

import json
import os
import re

import pytest
from execkit_client import alive, legacy_server, modern_meta, processes_of, wait_until


@pytest.fixture(scope="module")
def server():
    with legacy_server() as running:
        yield running


@pytest.fixture
def session(server):
    name = server.session()
    yield name
    server.call("session_destroy", session_id=name)


def test_tools_are_listed_as_clients_need_them(server):
    tools = {tool["name"]: tool for tool in server.request("tools/list")["result"]["tools"]}
    assert {"session_create", "session_exec", "session_list", "session_destroy", "session_job", "session_output"} <= set(tools)
    for tool in tools.values():
        assert tool["title"] and 20 < len(tool["description"]) < 2000
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            assert schema["type"] == "object"
            text = json.dumps(schema)
            assert "$ref" not in text and not {"oneOf", "anyOf", "allOf"} & set(schema)
            assert set(re.findall(r'"format": "([^"]+)"', text)) <= {"date-time", "uri"}
        assert set(tool["annotations"]) >= {"readOnlyHint", "destructiveHint", "openWorldHint"}
    assert tools["session_list"]["annotations"]["readOnlyHint"] is True
    assert tools["session_exec"]["annotations"]["destructiveHint"] is True
    create = tools["session_create"]["inputSchema"]["properties"]
    for name in (
        "transport container host port user password key_path fingerprint allow deny auto_snapshot workspace paths "
        "checkpoint_ignores output_budget cwd env"
    ).split():
        assert name in create, name
    run = tools["session_exec"]["inputSchema"]["properties"]
    assert {"session_id", "command", "budget", "timeout_secs", "stdin", "background"} <= set(run)
    assert tools["session_exec"]["_meta"]["anthropic/alwaysLoad"] is True


def test_structured_and_text_say_the_same(server, session):
    result = server.call("session_exec", session_id=session, command="echo hi; echo no >&2; exit_code() { return 3; }; exit_code")
    assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
    assert not result.get("isError")
    structured = result["structuredContent"]
    assert structured["stdout"] == "hi\n" and structured["stderr"] == "no\n" and structured["exit_code"] == 3
    assert structured["truncated"] is False and structured["timed_out"] is False
    assert structured["cwd"] == os.path.realpath(server.cwd) and structured["duration_ms"] >= 0


def test_state_stays(server, session):
    server.run(session, "cd /tmp; export A=1; B=2; f() { echo f$1; }; alias ll='echo aliased'; set -o pipefail; umask 027")
    assert server.run(session, "pwd; echo $A$B; f 3; umask; set -o | grep pipefail")["stdout"].split() == [
        "/tmp", "12", "f3", "0027", "pipefail", "on",
    ]
    assert server.run(session, "false")["exit_code"] == 1
    assert server.run(session, "echo $?")["stdout"] == "1\n"


def test_the_directory_is_the_kernels(server, session):
    assert server.run(session, "PWD=/forged")["cwd"] == os.path.realpath(server.cwd)
    assert server.run(session, "cd /usr; PWD=/forged")["cwd"] == "/usr"


def test_creation_takes_directory_and_environment(server, tmp_path):
    name = server.session(cwd=str(tmp_path), env={"GREETING": "good day"})
    result = server.run(name, 'echo "$GREETING"; pwd')
    assert result["stdout"] == f"good day\n{tmp_path}\n"
    assert "relative" in server.fails("session_create", transport="local", cwd="relative") or True
    server.fails("session_create", transport="local", cwd="/no/such/directory")
    server.fails("session_create", transport="local", env={"A=B": "x"})
    server.fails("session_create", transport="local", env={"A": "nul\u0000"})


def test_the_servers_environment_is_not_the_shells():
    settings = {"SECRET_OF_THE_CLIENT": "visible?", "EXECKIT_MCP_YIELD": "40", "EXTRA": "let in", "EXECKIT_MCP_ENV": "EXTRA"}
    with legacy_server(env=settings) as server:
        text = server.run(server.session(), "env; cat /proc/$PPID/environ | tr '\\0' '\\n'")["stdout"]
        assert "SECRET_OF_THE_CLIENT" not in text and "EXECKIT_MCP" not in text
        assert "EXTRA=let in" in text


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({}, ["transport"]),
        ({"transport": "carrier pigeon"}, ["transport", "local"]),
        ({"transport": "local", "cwd": 5}, ["cwd", "string"]),
        ({"transport": "local", "trnasport": 5}, ["trnasport"]),
        ({"transport": "local", "allow": "ls"}, ["allow", "array"]),
        ({"transport": "ssh", "host": "example.test", "user": "x"}, ["not in this build yet"]),
        ({"transport": "docker", "container": "x"}, ["not in this build yet"]),
        ({"transport": "local", "output_budget": {"grep": {"pattern": "("}}}, ["pattern"]),
    ],
)
def test_argument_errors_name_the_field(server, arguments, words):
    text = server.fails("session_create", **arguments)
    for word in words:
        assert word in text, text


def test_exec_argument_errors(server, session):
    assert "session_id" in server.fails("session_exec", command="ls")
    assert "command" in server.fails("session_exec", session_id=session)
    assert "session_list" in server.fails("session_exec", session_id="0" * 32 + "_local", command="ls")
    assert "timeout_secs" in server.fails("session_exec", session_id=session, command="ls", timeout_secs="soon")
    assert "pattern" in server.fails("session_exec", session_id=session, command="touch made", budget={"grep": {"pattern": "("}})
    assert not (server.cwd / "made").exists()
    server.run(session, "true", timeout_secs=None, budget=None, stdin=None)


def test_list_and_destroy(server):
    first, second = server.session(), server.session()
    listed = server.ok("session_list")["sessions"]
    names = [entry["session_id"] for entry in listed]
    assert names.index(first) < names.index(second)
    entry = listed[names.index(first)]
    assert entry["transport"] == "local" and entry["idle_secs"] >= 0
    assert server.ok("session_destroy", session_id=first)["destroyed"] is True
    assert first not in [e["session_id"] for e in server.ok("session_list")["sessions"]]
    assert first in server.fails("session_destroy", session_id=first)
    server.fails("session_exec", session_id=first, command="ls")
    server.ok("session_destroy", session_id=second)
    assert len(set(re.findall("[0-9a-f]{32}", first + second))) == 2


def test_standard_input(server, session):
    assert server.run(session, "cat", stdin="line one\nline two")["stdout"] == "line one\nline two"
    assert server.run(session, "cat; read x; echo \"[$x]\"")["stdout"] == "[]\n"
    big = "0123456789" * 300_000
    assert server.run(session, "wc -c", stdin=big)["stdout"].strip() == "3000000"
    assert server.run(session, "echo not reading", stdin=big)["stdout"] == "not reading\n"
    assert server.run(session, "python3 -c 'import sys; print(len(sys.stdin.read()))'", stdin="é" * 10)["stdout"] == "10\n"


@pytest.mark.parametrize(
    "command, check",
    [
        ("echo 'unmatched", lambda r: r["exit_code"] != 0 and r["stderr"]),
        ("for", lambda r: r["exit_code"] != 0 and r["stderr"]),
        ("cat <<EOF\nbody $((1+1))\nEOF", lambda r: r["stdout"] == "body 2\n"),
        ("cat <<'EOF'\nbody $x\nEOF\necho after", lambda r: r["stdout"] == "body $x\nafter\n"),
        ("cat <<EOF\nnever ended", lambda r: "never ended" in r["stdout"] or r["exit_code"] != 0),
        ("printf 'a\\0b'", lambda r: "a" in r["stdout"] and "b" in r["stdout"]),
        ("printf 'no newline'", lambda r: r["stdout"] == "no newline"),
        ("printf 'a\\r\\nb\\r\\n'", lambda r: r["stdout"] == "a\nb\n"),
        ("printf '\\377\\376ok'", lambda r: r["stdout"].endswith("ok") and "\ufffd" in r["stdout"]),
        ("printf '\\033[31mred\\033[0m\\033]0;title\\007'", lambda r: r["stdout"] == "red"),
        ("exec 1>&2; echo moved", lambda r: "moved" in r["stderr"] + r["stdout"]),
        ("exec 1>&-; echo lost", lambda r: True),
        ("exec 2>&-", lambda r: True),
        ("exec 3>&- 4>&- 5>&- 9>&- 10>&-", lambda r: r["exit_code"] == 0),
        ("exec </dev/null", lambda r: r["exit_code"] == 0),
        ("for fd in $(seq 3 255); do eval \"exec $fd>&-\" 2>/dev/null; done", lambda r: True),
        ("set -e; false", lambda r: True),
        ("set -u; echo $undefined_thing", lambda r: r["exit_code"] != 0),
        ("set -n", lambda r: True),
        ("set -x; echo traced", lambda r: "traced" in r["stdout"] and "echo traced" in r["stderr"]),
        ("set -v; echo verbose", lambda r: "verbose" in r["stdout"]),
        ("trap 'echo debug' DEBUG; echo x", lambda r: "x" in r["stdout"]),
        ("trap 'echo err' ERR; false", lambda r: r["exit_code"] == 1),
        ("trap 'echo bye' EXIT", lambda r: r["exit_code"] == 0),
        ("trap '' INT TERM QUIT HUP", lambda r: r["exit_code"] == 0),
        ("printf() { :; }; echo() { :; }; builtin() { :; }; eval() { :; }; command() { :; }", lambda r: r["exit_code"] == 0),
        ("read() { :; }; exec() { :; }; return() { :; }; exit() { :; }; set() { :; }; unset() { :; }; trap() { :; }", lambda r: True),
        ("alias printf=false read=false eval=false exec=false '[=false' builtin=false", lambda r: r["exit_code"] == 0),
        ("IFS=abcdefghijklmnopqrstuvwxyz0123456789", lambda r: r["exit_code"] == 0),
        ("unset PATH IFS HOME TMPDIR", lambda r: r["exit_code"] == 0),
        ("export TMPDIR=/no/such/place", lambda r: r["exit_code"] == 0),
        ("PROMPT_COMMAND='echo prompt'; PS0='ps0 '; PS1='ps1 '; PS2='ps2 '; PS4='ps4 '", lambda r: r["exit_code"] == 0),
        ("readonly A=1; A=2", lambda r: r["exit_code"] != 0),
        ("readonly PS1 PS2 PROMPT_COMMAND IFS PATH", lambda r: True),
        ("ulimit -n 12; ulimit -f 100", lambda r: True),
        ("ulimit -c unlimited; ulimit -c", lambda r: True),
        ("shopt -s extglob nullglob failglob xpg_echo expand_aliases; set -f; set -o noglob", lambda r: True),
        ("set -o history; set -m; set +m; set -b; set -h; set -o vi", lambda r: True),
        ("set -o posix; set -k; set -t", lambda r: True),
        ("stty raw; reset", lambda r: True),
        ("kill -INT $$", lambda r: True),
        ("kill -STOP $$ & sleep 0.1; kill -CONT $$", lambda r: True),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_session_survives_or_says_why(server, command, check):
    name = server.session()
    result = server.run(name, command, timeout_secs=20)
    assert check(result), result
    after = server.call("session_exec", session_id=name, command="/bin/echo next; /bin/echo residue >&2", timeout_secs=20)
    if after.get("isError"):
        closed = json.dumps(result)
        assert "session_closed" in closed or "session_closed" in json.dumps(after) or "closed" in after["content"][0]["text"], after
    else:
        structured = after["structuredContent"]
        text = structured["stdout"] + structured["stderr"]
        assert structured["timed_out"] is False
        if "exec 1>&-" not in command and "ulimit" not in command and "seq 3 255" not in command and "set -n" not in command:
            assert "next" in text, after
    server.call("session_destroy", session_id=name)


@pytest.mark.parametrize("command, code", [("echo last words; exit 7", 7), ("echo last words; exec sh -c 'exit 9'", 9)])
def test_a_shell_that_ends_keeps_its_last_words(server, command, code):
    name = server.session()
    result = server.run(name, command)
    assert result["stdout"] == "last words\n" and result["exit_code"] == code
    assert result["session_closed"]
    server.fails("session_exec", session_id=name, command="true")


def test_a_killed_shell_is_reported(server):
    name = server.session()
    result = server.run(name, "echo before; kill -9 $$")
    assert result["stdout"] == "before\n" and result["session_closed"]


def test_exec_replaces_the_shell_without_hanging(server):
    name = server.session()
    result = server.run(name, "exec sleep 0.2", timeout_secs=60)
    assert result["timed_out"] is False


@pytest.mark.parametrize(
    "command",
    [
        "echo partial; sleep 1000",
        "echo partial; while :; do :; done",
        "echo partial; sh -c 'trap \"\" INT; sleep 1000'",
        "echo partial; sh -c 'trap \"\" INT TERM; while :; do sleep 1; done'",
        "echo partial; sleep 1000 | cat",
        "echo partial; (sleep 1000; echo no)",
        "echo partial; f() { sleep 1000; }; f",
        "echo partial; python3 -c 'import time; time.sleep(1000)'",
        "echo partial; read x < <(sleep 1000)",
        "echo partial; wait_for() { wait; }; sleep 1000 & wait",
    ],
)
def test_a_timeout_keeps_output_and_session(server, session, command):
    server.run(session, "cd /usr; KEEP=kept")
    result = server.run(session, command, timeout_secs=1)
    assert result["timed_out"] is True and result["exit_code"] == 124
    assert result["stdout"] == "partial\n", result
    assert not result.get("session_closed"), result
    assert server.run(session, "pwd; echo $KEEP")["stdout"] == "/usr\nkept\n"


def test_what_cannot_be_interrupted_closes_the_session(server):
    name = server.session()
    result = server.run(name, "echo partial; trap '' INT; while :; do :; done", timeout_secs=1)
    assert result["timed_out"] is True and result["stdout"] == "partial\n"
    if result.get("session_closed"):
        server.fails("session_exec", session_id=name, command="true")
    else:
        assert server.run(name, "echo fine")["stdout"] == "fine\n"


def test_cancellation_interrupts_and_answers_nothing(server, session):
    request = server.call_later("session_exec", {"session_id": session, "command": "echo $BASHPID >here; sleep 1000"})
    wait_until(lambda: (server.cwd / "here").exists())
    server.notify("notifications/cancelled", {"requestId": request, "reason": "test"})
    assert server.run(session, "echo after")["stdout"] == "after\n"
    assert not [m for m in server.kept if m.get("id") == request]
    (server.cwd / "here").unlink()


def test_calls_on_one_session_keep_their_order_and_others_run_on(server):
    slow, quick = server.session(), server.session()
    waiting = server.call_later("session_exec", {"session_id": slow, "command": "while [ ! -e go ]; do sleep 0.05; done; echo slow"})
    queued = [server.call_later("session_exec", {"session_id": slow, "command": f"echo {n}"}) for n in range(5)]
    assert server.run(quick, "echo quick")["stdout"] == "quick\n"
    assert server.request("ping")["result"] == {}
    (server.cwd / "go").touch()
    assert server.answer(waiting)["result"]["structuredContent"]["stdout"] == "slow\n"
    assert [server.answer(q)["result"]["structuredContent"]["stdout"] for q in queued] == [f"{n}\n" for n in range(5)]
    (server.cwd / "go").unlink()
    for name in (slow, quick):
        server.ok("session_destroy", session_id=name)


def test_progress_carries_partial_output(server, session):
    request = server.call_later(
        "session_exec",
        {"session_id": session, "command": "for i in 1 2 3 4; do echo part $i; sleep 0.4; done"},
        {"progressToken": "watch"},
    )
    answer = server.answer(request)
    notes = [m for m in server.kept if m.get("method") == "notifications/progress"]
    server.kept.clear()
    assert answer["result"]["structuredContent"]["stdout"].count("part") == 4
    values = [n["params"]["progress"] for n in notes]
    assert notes and values == sorted(set(values))
    assert all(n["params"]["progressToken"] == "watch" for n in notes)
    assert "part 1" in "".join(n["params"].get("message", "") for n in notes)


def test_budgets(server, session):
    budget = {"grep": {"pattern": "9"}, "keep": {"mode": "head_tail", "head": 1, "tail": 1}}
    result = server.run(session, "seq 1 100", budget=budget)
    assert result["stdout"].rstrip("\n") == "... 8 lines elided ...\n9\n... 89 lines elided ...\n99\n... 1 lines elided ..."
    assert result["budget"]["stdout"] == {"mode": "grep+head_tail", "lines_total": 100, "lines_kept": 2}
    assert result["truncated"] is True
    assert server.run(session, "seq 1 10", budget={"keep": {"mode": "tail", "n": 2}})["stdout"].endswith("9\n10\n")
    assert server.run(session, "seq 1 10", budget={"keep": {"mode": "head", "n": 2}})["stdout"].startswith("1\n2\n")
    assert len(server.run(session, "seq 1 10000", budget={"max_chars": 100})["stdout"]) < 200
    huge = {"keep": {"mode": "head_tail", "head": 2**62, "tail": 2**62}, "max_chars": 2**62}
    assert server.run(session, "seq 1 10", budget=huge)["stdout"].startswith("1\n2\n3")


def test_a_sessions_own_budget_and_a_calls_budget(server):
    name = server.session(output_budget={"keep": {"mode": "head", "n": 1}})
    assert server.run(name, "seq 1 9")["budget"]["stdout"]["lines_kept"] == 1
    assert server.run(name, "seq 1 9", budget={"keep": {"mode": "all"}})["stdout"] == "".join(f"{n}\n" for n in range(1, 10))


def test_a_flood_is_cut_and_kept(server, session):
    answer = server.answer(server.call_later("session_exec", {"session_id": session, "command": "seq 1 300000"}))
    result = answer["result"]["structuredContent"]
    assert len(json.dumps(result)) < 10_500
    assert result["truncated"] is True and result["stdout"].startswith("1\n2\n") and result["stdout"].endswith("299999\n300000\n")
    assert "output_id" in result and result["hint"]
    part = server.ok("session_output", output_id=result["output_id"], grep={"pattern": "^123456$", "context": 1})
    assert "123455\n123456\n123457" in part["text"]
    part = server.ok("session_output", output_id=result["output_id"], offset=200_000, limit=20)
    assert part["text"].count("\n") >= 2 and "200001" in part["text"]
    server.fails("session_output", output_id="no such")
    assert "pattern" in server.fails("session_output", output_id=result["output_id"], grep={"pattern": "("})


def test_a_long_single_line(server, session):
    result = server.run(session, "head -c 10000000 /dev/zero | tr '\\0' x; echo end")
    assert len(result["stdout"]) < 10_000 and result["stdout"].endswith("xend\n")


def test_a_command_of_a_megabyte(server, session):
    result = server.run(session, ": " + "x" * 1_000_000 + "; echo done")
    assert result["stdout"] == "done\n"
    assert len(json.dumps(result)) < 12_000


def test_background_children_do_not_hold_a_result(server, session):
    assert server.run(session, "sleep 500 & echo started")["stdout"] == "started\n"
    assert server.run(session, "kill %1; echo killed")["stdout"] == "killed\n"


def test_jobs(server, session):
    server.run(session, "export FROM=session; cd /tmp; g() { echo function; }")
    job = server.ok("session_exec", session_id=session, command="echo $FROM; pwd; while read l; do echo got $l; done", background=True)
    identifier = job["job_id"]
    assert re.search("[0-9a-f]{32}", identifier)
    server.ok("session_job", job_id=identifier, action="write", input="one\n")
    seen = ""

    def poll():
        nonlocal seen
        result = server.ok("session_job", job_id=identifier, action="poll")
        seen += result["stdout"]
        return result

    wait_until(lambda: poll()["running"] and "got one" in seen)
    assert seen.startswith("session\n/tmp\n")
    server.ok("session_job", job_id=identifier, action="write", input="two\n", close_input=True)
    wait_until(lambda: not poll()["running"])
    assert "got two" in seen and poll()["exit_code"] == 0
    stubborn = server.ok("session_exec", session_id=session, command="trap '' TERM; echo up; while :; do sleep 1; done", background=True)["job_id"]
    wait_until(lambda: "up" in server.ok("session_job", job_id=stubborn, action="poll")["stdout"] or True)
    server.ok("session_job", job_id=stubborn, action="stop")
    wait_until(lambda: not server.ok("session_job", job_id=stubborn, action="poll")["running"])
    server.fails("session_job", job_id="f" * 32, action="poll")
    assert "action" in server.fails("session_job", job_id=identifier, action="dance")


def test_a_command_that_outlives_patience_becomes_a_job():
    with legacy_server(env={"EXECKIT_MCP_YIELD": "1"}) as server:
        name = server.session()
        result = server.run(name, "echo early; while [ ! -e go ]; do sleep 0.05; done; echo late", timeout_secs=100)
        assert result["stdout"] == "early\n" and result["job_id"] and result["running"] is True
        (server.cwd / "go").touch()
        seen = ""

        def ended():
            nonlocal seen
            poll = server.ok("session_job", job_id=result["job_id"], action="poll")
            seen += poll["stdout"]
            return not poll["running"]

        wait_until(ended)
        assert "late\n" in seen
        assert server.run(name, "echo usable")["stdout"] == "usable\n"


def test_session_limit_and_idle_reaping():
    with legacy_server(env={"EXECKIT_MCP_MAX_SESSIONS": "2", "EXECKIT_MCP_SESSION_TTL": "1"}) as server:
        server.session()
        server.session()
        assert "limit" in server.fails("session_create", transport="local")
        wait_until(lambda: not server.ok("session_list")["sessions"])
        server.session()


@pytest.mark.parametrize(
    "attack",
    [
        "for f in /proc/$$/fd/*; do echo forged > $f; done 2>/dev/null",
        "for f in /proc/$PPID/fd/*; do echo forged > $f; done 2>/dev/null",
        "for n in $(seq 3 63); do eval \"echo forged >&$n\"; done 2>/dev/null",
        "set; declare -p; declare -f; env; export -p",
        "trap 'echo \"$BASH_COMMAND\" >&2' DEBUG; true",
        "(for n in $(seq 0 63); do printf 'forged 0 /\\n' >&$n; done) 2>/dev/null; sleep 0.05",
        "python3 - <<'EOF'\nimport os\nfor n in range(3, 64):\n    try:\n        os.write(n, b'forged\\0' * 4)\n    except OSError:\n        pass\nEOF",
    ],
)
def test_output_cannot_forge_a_result(server, attack):
    name = server.session()
    first = server.call("session_exec", session_id=name, command=attack + "; /bin/sh -c 'exit 42'", timeout_secs=30)
    assert not first.get("isError"), first
    result = first["structuredContent"]
    if not result.get("session_closed"):
        assert result["exit_code"] == 42, result
        after = server.run(name, "trap - DEBUG; echo honest")
        assert after["exit_code"] == 0 and after["stdout"].endswith("honest\n")
    server.call("session_destroy", session_id=name)


def test_no_descriptor_or_zombie_is_left_by_many_sessions(server):
    def descriptors():
        worker = int(open(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read().split()[0])
        return worker, len(os.listdir(f"/proc/{worker}/fd"))

    worker, before = descriptors()
    for _ in range(20):
        name = server.session()
        server.run(name, "true | cat; sleep 0.01 &")
        server.ok("session_destroy", session_id=name)
    wait_until(lambda: descriptors()[1] <= before)
    wait_until(lambda: all(alive(pid) for pid in processes_of(worker)))


def test_modern_calls_work_the_same():
    from execkit_client import Server

    with Server() as server:
        created = server.answer(server.call_later("session_create", {"transport": "local"}, modern_meta()))["result"]
        name = created["structuredContent"]["session_id"]
        request = server.call_later("session_exec", {"session_id": name, "command": "sleep 1000"}, modern_meta())
        server.notify("notifications/cancelled", {"requestId": request})
        done = server.answer(server.call_later("session_exec", {"session_id": name, "command": "echo m"}, modern_meta()))
        assert done["result"]["structuredContent"]["stdout"] == "m\n"
