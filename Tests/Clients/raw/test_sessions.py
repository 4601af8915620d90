"""The tools: sessions, commands, budgets, jobs, outputs, and what the shell may do to itself."""

import json
import os
import pathlib
import re

import pytest
from execkit_client import Server, alive, descriptors_of, legacy_server, modern_meta, processes_of, wait_until


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
    assert result.get("isError", False) is False
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
    with legacy_server(env=settings, unprivileged=True) as server:
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
        ({"transport": "ssh", "user": "x"}, ["host"]),
        ({"transport": "ssh", "host": "h", "container": "x"}, ["container", "docker"]),
        ({"transport": "docker"}, ["container"]),
        ({"transport": "local", "key_path": "x"}, ["key_path", "ssh"]),
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
    parts = "for i in 1 2 3; do echo part $i; while [ ! -e go$i ]; do sleep 0.05; done; done; echo end"
    request = server.call_later("session_exec", {"session_id": session, "command": parts}, {"progressToken": "watch"})
    seen, values = "", []
    for number in (1, 2, 3):
        while f"part {number}" not in seen:
            note = server.receive_until(lambda m: m.get("method") == "notifications/progress")["params"]
            assert note["progressToken"] == "watch"
            seen += note["message"]
            values.append(note["progress"])
        (server.cwd / f"go{number}").touch()
    answer = server.answer(request)
    assert answer["result"]["structuredContent"]["stdout"] == "part 1\npart 2\npart 3\nend\n"
    assert values == sorted(set(values))
    for number in (1, 2, 3):
        (server.cwd / f"go{number}").unlink()


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


def test_memory_stays_flat_under_a_hundred_megabytes(server, session):
    def peak():
        """Of all processes that are this program: the one that works is a child of the one that was started."""
        pids = [str(server.process.pid)]
        pids += pathlib.Path(f"/proc/{pids[0]}/task/{pids[0]}/children").read_text().split()
        return sum(int(pathlib.Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) for pid in pids)

    server.run(session, "seq 1 200000")
    before = peak()
    result = server.run(session, "yes 0123456789 | head -c 100000000", timeout_secs=600)
    assert result["truncated"] is True and result["exit_code"] == 0
    assert peak() - before < 64_000


def test_a_command_of_a_megabyte(server, session):
    result = server.run(session, ": " + "x" * 1_000_000 + "; echo done")
    assert result["stdout"] == "done\n"
    assert len(json.dumps(result)) < 12_000


def test_background_children_do_not_hold_a_result(server, session):
    assert server.run(session, "sleep 500 & echo started")["stdout"] == "started\n"
    assert server.run(session, "kill %1; echo killed")["stdout"] == "killed\n"


class Followed:
    """A job with everything it has said so far."""

    def __init__(self, server, identifier):
        self.server, self.identifier, self.seen = server, identifier, ""

    def do(self, action, **arguments):
        result = self.server.ok("session_job", job_id=self.identifier, action=action, **arguments)
        self.seen += result["stdout"]
        return result

    def until(self, condition):
        wait_until(lambda: condition(self.do("poll")))


def test_jobs(server, session):
    server.run(session, "export FROM=session; cd /tmp; g() { echo function; }")
    command = "echo $FROM; pwd; g; while read l; do echo got $l; done"
    job = Followed(server, server.ok("session_exec", session_id=session, command=command, background=True)["job_id"])
    assert re.fullmatch("[0-9a-f]{32}", job.identifier)
    job.do("write", input="one\n")
    job.until(lambda result: result["running"] and "got one" in job.seen)
    assert job.seen == "session\n/tmp\nfunction\ngot one\n"
    job.do("write", input="two\n", close_input=True)
    job.until(lambda result: not result["running"])
    assert job.seen.endswith("got two\n") and job.do("poll")["exit_code"] == 0
    assert "ended" in server.fails("session_job", job_id=job.identifier, action="write", input="three\n")
    assert job.do("read")["stdout"] == "session\n/tmp\nfunction\ngot one\ngot two\n"
    command = "trap '' TERM; echo up; while :; do sleep 1; done"
    stubborn = Followed(server, server.ok("session_exec", session_id=session, command=command, background=True)["job_id"])
    stubborn.until(lambda result: "up" in stubborn.seen)
    stubborn.do("stop")
    stubborn.until(lambda result: not result["running"])
    server.fails("session_job", job_id="f" * 32, action="poll")
    assert "action" in server.fails("session_job", job_id=job.identifier, action="dance")


def test_a_command_that_outlives_patience_becomes_a_job():
    with legacy_server(env={"EXECKIT_MCP_YIELD": "1"}) as server:
        name = server.session()
        result = server.run(name, "echo early; while [ ! -e go ]; do sleep 0.05; done; echo late", timeout_secs=3000)
        assert result["running"] is True and "exit_code" not in result
        job = Followed(server, result["job_id"])
        job.seen = result["stdout"]
        (server.cwd / "go").touch()
        job.until(lambda poll: not poll["running"])
        assert job.seen == "early\nlate\n"
        assert job.do("poll")["exit_code"] == 0
        assert server.run(name, "echo usable")["stdout"] == "usable\n"


def test_session_limit():
    with legacy_server(env={"EXECKIT_MCP_MAX_SESSIONS": "2"}) as server:
        first = server.session()
        server.session()
        assert "limit" in server.fails("session_create", transport="local")
        server.ok("session_destroy", session_id=first)
        server.session()


def test_idle_sessions_are_reaped_and_busy_ones_are_not():
    with legacy_server(env={"EXECKIT_MCP_SESSION_TTL": "1"}) as server:
        up = server.cwd / "up"

        def set_to_work():
            """A session at work. On a busy machine one may be idle for too long before its command comes: then another."""
            while True:
                name = server.session()
                arguments = {"session_id": name, "command": "touch up; while [ ! -e go ]; do sleep 0.05; done; echo done"}
                call = server.call_later("session_exec", arguments)
                while not up.exists():
                    if name not in [s["session_id"] for s in server.ok("session_list")["sessions"]]:
                        assert server.answer(call)["result"]["isError"] is True
                        break
                else:
                    return name, call

        busy, waiting = set_to_work()
        other = server.session()
        wait_until(lambda: [s["session_id"] for s in server.ok("session_list")["sessions"]] == [busy])
        server.fails("session_exec", session_id=other, command="true")
        (server.cwd / "go").touch()
        assert server.answer(waiting)["result"]["structuredContent"]["stdout"] == "done\n"
        wait_until(lambda: not server.ok("session_list")["sessions"])


def test_a_session_whose_job_is_looked_after_is_not_idle():
    with legacy_server() as server:
        name = server.session()
        job = server.run(name, "exec sleep 600", background=True)["job_id"]

        def idle():
            return server.ok("session_list")["sessions"][0]["idle_secs"]

        wait_until(lambda: idle() >= 2)
        # On a slow machine seconds may pass between the two calls.
        wait_until(lambda: server.ok("session_job", job_id=job, action="poll")["running"] and idle() < 2)


def test_a_job_tells_that_its_session_was_closed_as_idle():
    with legacy_server(env={"EXECKIT_MCP_SESSION_TTL": "1"}) as server:
        job = server.run(server.session(), "exec sleep 600", background=True)["job_id"]
        wait_until(lambda: not server.ok("session_list")["sessions"])
        wait_until(lambda: not server.ok("session_job", job_id=job, action="poll")["running"])
        assert "idle too long" in server.ok("session_job", job_id=job, action="poll")["note"]


def test_many_ended_jobs_and_kept_outputs_hold_no_session():
    with legacy_server() as server:
        worker = server.worker()
        before = descriptors_of(worker)
        for _ in range(10):
            name = server.session()
            job = server.ok("session_exec", session_id=name, command="echo quick", background=True)["job_id"]
            wait_until(lambda: not server.ok("session_job", job_id=job, action="poll")["running"])
            server.run(name, "seq 1 4000")
            server.ok("session_destroy", session_id=name)
        wait_until(lambda: descriptors_of(worker) <= before)
        assert server.ok("session_job", job_id=job, action="read")["stdout"] == "quick\n"


def test_no_descriptor_or_zombie_is_left_by_many_sessions(server):
    worker = server.worker()
    server.ok("session_destroy", session_id=server.session())
    before = descriptors_of(worker)
    for _ in range(20):
        name = server.session()
        server.run(name, "true | cat; sleep 0.01 &")
        server.ok("session_destroy", session_id=name)
    wait_until(lambda: descriptors_of(worker) <= before)
    wait_until(lambda: all(alive(pid) for pid in processes_of(worker)))


def test_modern_calls_work_the_same():
    with Server() as server:
        created = server.answer(server.call_later("session_create", {"transport": "local"}, modern_meta()))["result"]
        name = created["structuredContent"]["session_id"]
        command = "touch started; sleep 1000"
        request = server.call_later("session_exec", {"session_id": name, "command": command}, modern_meta())
        wait_until(lambda: (server.cwd / "started").exists())
        server.notify("notifications/cancelled", {"requestId": request})
        done = server.answer(server.call_later("session_exec", {"session_id": name, "command": "echo m"}, modern_meta()))
        assert done["result"]["structuredContent"]["stdout"] == "m\n"
