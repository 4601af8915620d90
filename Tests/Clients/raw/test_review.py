"""What a review of the whole program found: each test failed once."""

import json
import os
import pathlib
import resource
import subprocess

import pytest

from execkit_client import PATIENCE, PROGRAM, ask_capabilities, legacy_server, made_up_token, wait_until, write_policy

SET_BY_SHELLS = ["PROMPT_COMMAND", "PS0", "PS1", "PS2", "PS4", "ENV", "BASH_ENV", "SHELLOPTS", "BASHOPTS", "LD_PRELOAD"]


def records(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def descriptors(server):
    return len(os.listdir(f"/proc/{server.worker()}/fd"))


@pytest.mark.parametrize("name", SET_BY_SHELLS)
def test_no_variable_of_session_create_runs_a_command(name, tmp_path):
    trace = tmp_path / "trace"
    with legacy_server() as server:
        value = f"$(touch {trace})" if name.startswith("PS") else f"touch {trace}"
        assert name in server.fails("session_create", transport="local", env={name: value})
        # In a command it is judged and recorded like everything else.
        session = server.session(env={"HARMLESS": "1"})
        assert server.run(session, f"export {name}=; echo $HARMLESS")["stdout"] == "1\n"
    assert not trace.exists()


def test_very_many_variables_do_not_hold_the_server_up():
    with legacy_server() as server:
        # More than any system takes. Quadratic work would take minutes, beyond the client's patience.
        variables = {f"VARIABLE_{number}": "x" * 40 for number in range(60_000)}
        assert "shell" in server.fails("session_create", transport="local", env=variables)
        session = server.session(env={f"VARIABLE_{number}": "x" for number in range(1000)})
        assert server.run(session, "echo $VARIABLE_999")["stdout"] == "x\n"


def test_the_limit_of_jobs_holds_for_calls_that_come_together():
    with legacy_server(env={"EXECKIT_MCP_MAX_JOBS": "2"}) as server:
        sessions = [server.session() for _ in range(3)]
        calls = [
            server.call_later("session_exec", {"session_id": session, "command": "sleep 1000", "background": True})
            for session in sessions
            for _ in range(3)
        ]
        results = [server.answer(call)["result"] for call in calls]
        assert [bool(result.get("isError")) for result in results].count(False) == 2
        for result in results:
            if not result.get("isError"):
                server.ok("session_job", job_id=result["structuredContent"]["job_id"], action="stop")
        wait_until(lambda: not any(job["running"] for entry in server.ok("session_list")["sessions"] for job in entry["jobs"]))
        server.run(sessions[0], "true", background=True)


@pytest.mark.parametrize("end", ["destroy", "exit", "shutdown"])
def test_the_last_record_of_a_session_stands_behind_those_of_its_jobs(end, tmp_path):
    place = tmp_path.resolve() / "audit"
    with legacy_server(env={"EXECKIT_MCP_AUDIT_DIR": str(place)}) as server:
        server.session()
        before = descriptors(server)
        session = server.session()
        server.run(session, "sleep 1000", background=True)
        server.run(session, "trap '' TERM; sleep 1000", background=True)
        if end == "destroy":
            server.ok("session_destroy", session_id=session)
        elif end == "exit":
            server.run(session, "exit 3")
        if end != "shutdown":
            wait_until(lambda: any(record["type"] == "close" for log in place.glob(f"{session}-*.jsonl") for record in records(log)))
            # Nothing of it is open any more.
            wait_until(lambda: descriptors(server) <= before)
        server.finish()
    logs = list(place.glob(f"{session}-*.jsonl"))
    assert len(logs) == 1
    types = [record["type"] for record in records(logs[0]) if not record["type"].startswith("exec_")]
    assert types == ["begin", "open", "job_start", "job_start", "job_end", "job_end", "close"]
    reasons = {record.get("reason") for record in records(logs[0]) if record["type"] in ("job_end", "close")}
    assert reasons == {{"destroy": "destroyed", "exit": "shell_exited", "shutdown": "shutdown"}[end]}
    index = [record["type"] for record in records(place / "index.jsonl") if record.get("session") == session]
    assert index == ["file_open", "file_close"]


def test_every_command_has_its_end_on_record_however_much_it_shows(tmp_path):
    path = tmp_path.resolve() / "audit.jsonl"
    with legacy_server(env={"EXECKIT_MCP_AUDIT": str(path)}) as server:
        session = server.session()
        result = server.run(session, "head -c 12000000 /dev/zero | tr '\\0' '\"'", budget={"keep": {"mode": "all"}})
        assert result["exit_code"] == 0 and result["truncated"] and result["output_id"]
        assert [record["type"] for record in records(path)][-2:] == ["exec_start", "exec_end"]


def test_a_result_stays_below_ten_thousand_characters_in_a_very_deep_directory():
    with legacy_server() as server:
        session = server.session()
        name = "d" * 200
        server.run(session, f"for i in $(seq 19); do mkdir {name} && cd {name}; done")
        result = server.call("session_exec", session_id=session, command="seq 9999; seq 9999 >&2; # " + "long " * 500)
        assert len(result["structuredContent"]["cwd"]) > 3800
        assert len(result["content"][0]["text"]) < 10_000


def test_outputs_of_ended_jobs_are_bounded_by_what_they_hold():
    with legacy_server() as server:
        session = server.session()
        before = descriptors(server)
        for _ in range(80):
            started = server.run(session, "yes | head -c 100000; yes | head -c 100000 >&2", background=True)
            wait_until(lambda job=started["job_id"]: not server.ok("session_job", job_id=job, action="poll")["running"])
        # Two files each would be 160. The kept outputs are those of the newest jobs.
        assert descriptors(server) < before + 150
        assert server.ok("session_job", job_id=started["job_id"], action="read")["truncated"]


def test_a_job_that_is_read_again_and_again_has_one_output():
    with legacy_server() as server:
        session = server.session()
        kept = server.run(session, "seq 9999")["output_id"]
        job = server.run(session, "seq 9999; sleep 1000", background=True)["job_id"]
        wait_until(lambda: server.ok("session_job", job_id=job, action="read")["truncated"])
        handles = {server.ok("session_job", job_id=job, action="read")["output_id"] for _ in range(80)}
        assert len(handles) == 1
        assert server.ok("session_output", output_id=kept)["lines_total"] == 9999


def test_at_a_shutdown_every_end_is_on_record_before_the_close(tmp_path):
    path = tmp_path.resolve() / "audit.jsonl"
    with legacy_server(env={"EXECKIT_MCP_AUDIT": str(path)}) as server:
        # Jobs that end at once, at the signal, or not before they are killed, at every moment of their start.
        commands = ["exec sleep 1000", "sleep 1000", "trap '' TERM; sleep 1000", "exit 0", "kill -9 $$"]
        for number in range(3):
            session = server.session()
            for command in commands[number:]:
                server.run(session, command, background=True)
            server.call_later("session_exec", {"session_id": session, "command": "sleep 1000"})
        wait_until(lambda: [record["type"] for record in records(path)].count("exec_start") == 3)
        server.finish()
    open_starts, found = {}, records(path)
    for record in found:
        if record["type"] in ("exec_start", "job_start"):
            open_starts[record["seq"]] = record["session"]
        elif record["type"] in ("exec_end", "job_end"):
            del open_starts[record["start"]]
        elif record["type"] == "close":
            assert record["session"] not in open_starts.values()
    assert not open_starts and [record["type"] for record in found].count("close") == 3


@pytest.mark.parametrize("soft", [256, 1024])
def test_the_server_has_room_for_descriptors_and_commands_have_what_was_given(soft):
    with legacy_server(descriptors=(soft, 4096)) as server:
        limits = pathlib.Path(f"/proc/{server.worker()}/limits").read_text()
        assert next(line for line in limits.splitlines() if line.startswith("Max open files")).split()[3:5] == ["4096", "4096"]
        session = server.session()
        assert server.run(session, "ulimit -Sn; ulimit -Hn")["stdout"].split() == [str(soft), "4096"]
        job = server.run(session, "ulimit -Sn; ulimit -Hn", background=True)["job_id"]
        wait_until(lambda: not server.ok("session_job", job_id=job, action="poll")["running"])
        assert server.ok("session_job", job_id=job, action="read")["stdout"].split() == [str(soft), "4096"]


def test_a_command_that_is_too_long_is_refused_with_its_limit(tmp_path):
    with legacy_server() as server:
        session = server.session()
        assert server.run(session, ": " + "x" * 2_000_000 + "\necho on")["stdout"] == "on\n"
        assert "2097152 bytes" in server.fails("session_exec", session_id=session, command="x" * 2_097_153)
        refused = server.fails("session_exec", session_id=session, command=f"touch {tmp_path}/made\n" + "a;" * 200_000)
        assert "builtin:limits" in refused and not (tmp_path / "made").exists()
        assert server.run(session, "echo next")["stdout"] == "next\n"


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-", "<&- >&- 2>&-"])
def test_closed_standard_descriptors_are_not_given_to_files(closed, tmp_path):
    path = tmp_path.resolve() / "audit.jsonl"
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "EXECKIT_MCP_AUDIT": str(path)}
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" {closed}', PROGRAM], env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE
    )
    assert done.returncode == 0 and done.stderr == b""
    assert [record["type"] for record in records(path)] == ["begin"]


def test_a_limit_of_the_size_of_files_refuses_commands_and_does_not_end_the_server(tmp_path):
    path = tmp_path.resolve() / "audit.jsonl"
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "EXECKIT_MCP_AUDIT": str(path)}
    # `restore_signals`: the signal of that limit comes as an ordinary program gets it.
    process = subprocess.Popen(
        [PROGRAM], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, restore_signals=True, preexec_fn=limit
    )

    def request(number, method, params):
        line = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()
        while True:
            answer = json.loads(process.stdout.readline())
            if answer.get("id") == number:
                return answer["result"]

    request(1, "initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}})
    session = request(2, "tools/call", {"name": "session_create", "arguments": {"transport": "local"}})
    session = session["structuredContent"]["session_id"]
    trace = pathlib.Path(tmp_path) / "trace"
    command = f"touch {trace}; # " + "x" * 9000
    result = request(3, "tools/call", {"name": "session_exec", "arguments": {"session_id": session, "command": command}})
    assert result["isError"] and "audit record" in result["content"][0]["text"]
    assert not trace.exists()
    result = request(4, "tools/call", {"name": "session_exec", "arguments": {"session_id": session, "command": "echo on"}})
    assert result["structuredContent"]["stdout"] == "on\n"
    process.stdin.close()
    assert process.wait(PATIENCE) == 0
    process.stdout.close()


def test_what_is_given_to_read_is_on_record(tmp_path):
    path = tmp_path.resolve() / "audit.jsonl"
    with legacy_server(env={"EXECKIT_MCP_AUDIT": str(path)}) as server:
        session = server.session()
        server.run(session, "sh", stdin="echo one")
        job = server.run(session, "sh", stdin="echo two\n", background=True)["job_id"]
        server.ok("session_job", job_id=job, action="write", input="password=hunter2hunter2; echo three\n")
        given = [record["stdin"] for record in records(path) if "stdin" in record]
        assert given == ["echo one", "echo two\n"]
        written = "".join(record["text"] for record in records(path) if record["type"] == "job_input")
        assert "echo three" in written and "hunter2" not in written


def test_a_job_whose_call_is_cancelled_before_its_start_does_not_start(tmp_path):
    trace = tmp_path / "trace"
    with legacy_server() as server:
        session = server.session()
        waiting = server.call_later("session_exec", {"session_id": session, "command": "cat; sleep 1000"})
        job = server.call_later("session_exec", {"session_id": session, "command": f"touch {trace}", "background": True})
        server.notify("notifications/cancelled", {"requestId": job})
        server.notify("notifications/cancelled", {"requestId": waiting})
        assert server.run(session, "echo next")["stdout"] == "next\n"
        assert server.ok("session_list")["sessions"][0]["jobs"] == []
    assert not trace.exists()


def test_names_that_may_be_tokens_are_not_repeated():
    token, pieces = made_up_token(11)
    with legacy_server() as server:
        answers = [
            server.request(token, {}),
            server.request("tools/call", {"name": token, "arguments": {}}),
            server.request("tools/call", {"name": "session_list", "arguments": {token: 1}}),
            server.request("tools/call", {"name": "session_create", "arguments": {"transport": "local", "env": {token: 1}}}),
        ]
        text = json.dumps(answers)
        assert not any(piece in text for piece in pieces)
        assert "frobnicate" in json.dumps(server.request("frobnicate", {}))
        assert "TOKEN_2" in server.fails("session_create", transport="local", env={"TOKEN_2": 5})


def test_a_question_names_the_programs_that_redaction_hides(tmp_path):
    settings = write_policy(tmp_path, {"ask": ["touch"]})
    with legacy_server(env=settings, capabilities=ask_capabilities()) as server:
        session = server.session()
        command = "echo a; API_KEY=x;touch${IFS}hidden"
        call = server.call_later("session_exec", {"session_id": session, "command": command})
        question = server.receive_until(lambda message: message.get("method") == "elicitation/create")
        assert "touch" in question["params"]["message"]
        server.send({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "decline"}})
        assert server.answer(call)["result"]["isError"]


HIDING = {
    "a line behind an escape sequence": ("touch a \x1b]0; rm -rf b", "touch a \\u{001B}]0; rm -rf b"),
    "vertical tab and form feed": ("touch a\x0b\x0crm", "touch a\\u{000B}\\u{000C}rm"),
    "a carriage return": ("touch rm\r# harmless", "touch rm\\u{000D}# harmless"),
    "backspace, bell, delete and C1": ("touch a\x08\x07\x7f\x9bm", "touch a\\u{0008}\\u{0007}\\u{007F}\\u{009B}m"),
}


@pytest.mark.parametrize("case", HIDING)
def test_no_control_character_of_a_command_is_hidden(case, tmp_path):
    command, shown = HIDING[case]
    path = tmp_path.resolve() / "audit.jsonl"
    settings = {**write_policy(tmp_path, {"ask": ["touch"]}), "EXECKIT_MCP_AUDIT": str(path)}
    with legacy_server(env=settings, capabilities=ask_capabilities()) as server:
        session = server.session()
        call = server.call_later("session_exec", {"session_id": session, "command": command})
        question = server.receive_until(lambda message: message.get("method") == "elicitation/create")
        assert shown in question["params"]["message"]
        server.send({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "decline"}})
        assert server.answer(call)["result"]["isError"]
        assert [record["command"] for record in records(path) if record["type"] == "blocked"] == [shown]
        quiet = "echo " + command.removeprefix("touch ")
        server.call("session_exec", session_id=session, command=quiet)
        assert records(path)[-2]["command"] == "echo " + shown.removeprefix("touch ")
