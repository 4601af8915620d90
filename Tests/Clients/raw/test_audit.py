"""The record, end to end: on disk before the effect, and no effect without it. The verifier is the independent one."""

import fcntl
import json
import os
import pathlib
import resource
import signal
import stat
import subprocess
import sys
import tempfile

import pytest
from execkit_client import PATIENCE, Server, ask_capabilities, legacy_server, made_up_token, open_place, wait_until, write_policy

VERIFIER = pathlib.Path(__file__).resolve().parents[2] / "AuditLogTests" / "verify_audit.py"


def verdicts(*paths):
    """What the independent verifier says of each file: `ok` or the first bad line."""
    done = subprocess.run(
        [sys.executable, str(VERIFIER), *map(str, paths)], capture_output=True, text=True, timeout=PATIENCE, check=True)
    return [line.rpartition(" ")[0] for line in done.stdout.splitlines()]


def records(path):
    """The whole records of a log."""
    found = []
    for line in path.read_bytes().split(b"\n"):
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def kinds(path):
    return [record["type"] for record in records(path)]


@pytest.fixture
def log(tmp_path):
    return tmp_path / "audit.jsonl"


def audited(home, log, **options):
    return legacy_server(home=home, env={"EXECKIT_MCP_AUDIT": str(log), **options.pop("env", {})}, **options)


def test_everything_that_happens_is_on_record(tmp_path, log):
    settings = write_policy(tmp_path, {"deny": ["touch"], "ask": ["rmdir"]})
    with audited(tmp_path, log, env=settings, capabilities=ask_capabilities()) as server:
        session = server.session()
        server.run(session, "echo out; echo err >&2; cd /usr; false")
        server.run(session, "sleep 1000", timeout_secs=1)
        server.fails("session_exec", session_id=session, command="touch x")
        call = server.call_later("session_exec", {"session_id": session, "command": "rmdir x"})
        question = server.receive_until(lambda m: m.get("method") == "elicitation/create")
        server.send({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "decline"}})
        server.answer(call)
        call = server.call_later("session_exec", {"session_id": session, "command": "mkdir $HOME/go; sleep 1000"})
        wait_until(lambda: (tmp_path / "go").exists())
        server.notify("notifications/cancelled", {"requestId": call})
        job = server.ok("session_exec", session_id=session, command="exit 3", background=True)["job_id"]
        wait_until(lambda: not server.ok("session_job", job_id=job, action="poll")["running"])
        server.fails("session_create", transport="local", cwd="/no/such/place")
        ended = server.session()
        server.run(ended, "exit 4")
        server.ok("session_destroy", session_id=session)
        last = server.session()
        assert server.finish()[0] == 0
    found = records(log)
    assert verdicts(log) == ["ok"]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert [record["seq"] for record in found] == list(range(len(found)))
    starts = [r for r in found if r["type"] == "exec_start"]
    ends = {r["start"]: r for r in found if r["type"] == "exec_end"}
    assert [ends[start["seq"]]["result"] for start in starts] == ["failed", "timeout", "cancelled", "failed"]
    first = ends[starts[0]["seq"]]
    assert (first["exit_code"], first["stdout"], first["stderr"], first["cwd"]) == (1, "out\n", "err\n", "/usr")
    assert starts[0]["command"] == "echo out; echo err >&2; cd /usr; false" and starts[0]["timeout_ms"] == 120_000
    assert ends[starts[1]["seq"]]["timed_out"] is True and ends[starts[1]["seq"]]["exit_code"] == 124
    blocked = [r for r in found if r["type"] == "blocked"]
    assert [(r["fence"], r["rule"], r["command"]) for r in blocked] == [
        ("operator", "operator:deny[0]", "touch x"), ("user", "operator:ask[0]", "rmdir x")]
    (job_end,) = [r for r in found if r["type"] == "job_end"]
    (job_start,) = [r for r in found if r["type"] == "job_start"]
    assert job_end["start"] == job_start["seq"] and job_end["exit_code"] == 3 and job_end["job"] == job_start["job"] == job
    closes = {r["session"]: r["reason"] for r in found if r["type"] == "close"}
    assert closes == {session: "destroyed", ended: "shell_exited", last: "shutdown"}
    assert kinds(log).count("open") == 3 and kinds(log).count("open_failed") == 1


def test_a_redaction_hides_nothing_that_runs(tmp_path, log):
    with audited(tmp_path, log) as server:
        session = server.session()
        server.run(session, "API_KEY=x;touch${IFS}one")
        server.run(session, "bash", stdin="SECRET=abcd;touch${IFS}two")
        server.run(session, "bash -c \"echo 'x password='; touch three; echo ''\"")
        server.run(session, "PASSWORD='a;b&c' true")
        job = server.run(session, "bash", background=True, stdin="")["job_id"]
        server.ok("session_job", job_id=job, action="write", input="TOKEN=abcd;touch${IFS}four\n", close_input=True)
        wait_until(lambda: not server.ok("session_job", job_id=job, action="poll")["running"])
    found = records(log)
    starts = [r for r in found if r["type"] == "exec_start"]
    assert starts[0]["command"] == "API_KEY=[REDACTED:api-key];touch${IFS}one"
    assert starts[1]["stdin"] == "SECRET=[REDACTED:secret];touch${IFS}two"
    assert "touch three" in starts[2]["command"] or "touch" in starts[2]["hidden_programs"]
    assert starts[3]["command"] == "PASSWORD='[REDACTED:password]' true" and "hidden_programs" not in starts[3]
    assert "".join(r["text"] for r in found if r["type"] == "job_input") == "TOKEN=[REDACTED:token];touch${IFS}four\n"
    assert [name for name in ("one", "two", "three", "four") if not (tmp_path / name).exists()] == []
    assert verdicts(log) == ["ok"]


def test_what_commands_read_is_on_record_without_its_secrets(tmp_path, log):
    token, pieces = made_up_token("input")
    with audited(tmp_path, log) as server:
        session = server.session()
        server.run(session, "bash", stdin=f"echo first; : {token}\n")
        server.run(session, "wc -c", stdin="x" * 1_000_000)
        job = server.run(session, "cat > taken", background=True, stdin="begin\n")["job_id"]
        for piece in (f"one\n{token[:20]}", f"{token[20:]}\ntwo", "\nthree"):
            server.ok("session_job", job_id=job, action="write", input=piece)
        server.ok("session_job", job_id=job, action="write", close_input=True)
        wait_until(lambda: not server.ok("session_job", job_id=job, action="poll")["running"])
        assert (tmp_path / "taken").read_text() == f"begin\none\n{token}\ntwo\nthree"
    found = records(log)
    starts = [r["stdin"] for r in found if r["type"] in ("exec_start", "job_start")]
    assert starts[0] == "echo first; : [REDACTED:github-token]\n" and len(starts[1]) < 4_500 and starts[2] == "begin\n"
    inputs = [r for r in found if r["type"] == "job_input"]
    assert "".join(r["text"] for r in inputs) == "one\n[REDACTED:github-token]\ntwo\nthree"
    assert [r["bytes"] for r in inputs] == [24, 24, 6, 0]
    assert not [piece for piece in pieces if piece.encode() in log.read_bytes()]
    assert verdicts(log) == ["ok"]


@pytest.mark.parametrize("whom", ["worker", "guardian"])
def test_a_killed_server_leaves_the_start_on_record(tmp_path, log, whom):
    with audited(tmp_path, log) as server:
        session = server.session()
        server.call_later("session_exec", {"session_id": session, "command": "touch effect; sleep 1000"})
        wait_until(lambda: (tmp_path / "effect").exists())
        os.kill(server.worker() if whom == "worker" else server.process.pid, signal.SIGKILL)
        server.process.wait(PATIENCE)
        (start,) = [r for r in records(log) if r["type"] == "exec_start"]
        assert start["command"] == "touch effect; sleep 1000"
        assert verdicts(log) == ["ok"]
    # The next server goes on in the same chain.
    with audited(tmp_path, log) as server:
        server.run(server.session(), "true")
    assert verdicts(log) == ["ok"] and kinds(log).count("begin") == 1


def test_no_effect_is_ever_without_its_record(tmp_path, log):
    """Killed at points that the kernel chooses: the file never shows an effect of which nothing is on record."""
    for round in range(5):
        effects = tmp_path / f"effects{round}"
        with audited(tmp_path, log) as server:
            session = server.session()
            for number in range(40):
                command = f"echo {round}.{number} >> {effects}"
                server.call_later("session_exec", {"session_id": session, "command": command})
            wait_until(lambda: effects.exists() and effects.read_text().count("\n") > 5 * round)
            os.kill(server.worker(), signal.SIGKILL)
            server.process.wait(PATIENCE)
        done = effects.read_text().split()
        recorded = [r["command"].split()[1] for r in records(log) if r["type"] == "exec_start"]
        assert set(done) <= set(recorded)
        assert verdicts(log) == ["ok"]


def test_when_the_log_is_full_nothing_runs_and_it_goes_on_when_there_is_room(tmp_path, log):
    with audited(tmp_path, log, file_size_limit=20_000) as server:
        session = server.session()
        refused = None
        for number in range(1000):
            result = server.call("session_exec", session_id=session, command=f"echo {number} >> effects; : {'x' * 500}")
            if result.get("isError"):
                refused = number
                break
        assert refused, "the log never got full"
        assert "audit record could not be written" in result["content"][0]["text"]
        assert (tmp_path / "effects").read_text().split() == [str(n) for n in range(refused)]
        for tool, arguments in [
            ("session_exec", {"session_id": session, "command": f"echo job >> effects; : {'x' * 500}", "background": True}),
            ("session_exec", {"session_id": session, "command": f"echo again >> effects; : {'x' * 500}"}),
        ]:
            assert "audit record" in server.fails(tool, **arguments)
        assert server.request("ping")["result"] == {} and server.ok("session_list")["sessions"]
        assert (tmp_path / "effects").read_text().split()[-1] == str(refused - 1)
        for process in (server.process.pid, server.worker()):
            resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert server.run(session, "echo later >> effects")["exit_code"] == 0
        assert (tmp_path / "effects").read_text().split()[-1] == "later"
    assert verdicts(log) == ["ok"]
    assert [r["command"] for r in records(log) if r["type"] == "exec_start"][-1] == "echo later >> effects"


def remove(log):
    log.unlink()


def replace(log):
    copy = log.with_suffix(".copy")
    copy.write_bytes(log.read_bytes())
    copy.replace(log)


def shorten(log):
    os.truncate(log, log.stat().st_size // 2)



@pytest.mark.parametrize("harm", [remove, replace, shorten])
def test_a_log_that_is_taken_away_stops_every_effect(tmp_path, log, harm):
    with audited(tmp_path, log) as server:
        session = server.session()
        server.run(session, "echo before")
        harm(log)
        assert "audit record" in server.fails("session_exec", session_id=session, command="touch effect")
        assert "audit record" in server.fails("session_exec", session_id=session, command="touch effect", background=True)
        assert "audit record" in server.fails("session_create", transport="local")
        assert not (tmp_path / "effect").exists()
        assert server.request("ping")["result"] == {}


def edit(lines, at):
    lines[at] = lines[at].replace(b"two", b"2wo")


def delete(lines, at):
    del lines[at]


def swap(lines, at):
    lines[at], lines[at + 1] = lines[at + 1], lines[at]


def double(lines, at):
    lines.insert(at + 1, lines[at])


def cut(lines, at):
    del lines[at + 1 :]


def tear(lines, at):
    lines[at + 1 :] = [lines[at + 1][:30]]


@pytest.mark.parametrize("tamper, later", [(edit, 0), (delete, 0), (swap, 0), (double, 1), (cut, 1), (tear, 1)])
def test_tampering_is_named_by_its_line(tmp_path, log, tamper, later):
    with audited(tmp_path, log) as server:
        session = server.session()
        for word in ("one", "two", "three"):
            server.run(session, f"echo {word}")
    assert verdicts(log) == ["ok"]
    lines = log.read_bytes().splitlines()
    (at,) = [index for index, line in enumerate(lines) if b'"command":"echo two"' in line]
    tamper(lines, at)
    log.write_bytes(b"\n".join(lines) + (b"" if tamper is tear else b"\n"))
    assert verdicts(log) == [f"line {at + 1 + later}"]


def test_a_directory_has_one_log_a_session_and_an_index(tmp_path):
    place = tmp_path / "logs"
    with legacy_server(home=tmp_path, env={"EXECKIT_MCP_AUDIT_DIR": str(place)}) as server:
        first, second = server.session(), server.session()
        for name in (first, second, first):
            server.run(name, f"echo {name}")
        server.ok("session_destroy", session_id=first)
        server.fails("session_create", transport="local", cwd="/no/such/place")
        assert server.finish()[0] == 0
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    files = sorted(place.iterdir())
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    logs = [path for path in files if path.suffix == ".jsonl"]
    assert verdicts(*logs) == ["ok"] * 3
    index = records(place / "index.jsonl")
    for name, commands in ((first, 2), (second, 1)):
        (path,) = [log for log in logs if log.name.startswith(name)]
        assert kinds(path).count("exec_start") == commands and kinds(path)[-1] == "close"
        assert {r["session"] for r in records(path) if "session" in r} == {name}
        (closed,) = [r for r in index if r["type"] == "file_close" and r["name"] == path.name]
        assert (closed["head_seq"], closed["head_hash"]) == (records(path)[-1]["seq"], records(path)[-1]["hash"])
    assert "open_failed" in kinds(place / "index.jsonl")


def test_two_servers_share_one_log(tmp_path, log):
    with audited(tmp_path, log) as one, audited(tmp_path, log) as other:
        sessions = [(server, server.session()) for server in (one, other)]
        calls = []
        for number in range(50):
            for server, session in sessions:
                arguments = {"session_id": session, "command": f"echo {number}"}
                calls.append((server, server.call_later("session_exec", arguments)))
        for server, call in calls:
            assert server.answer(call)["result"]["structuredContent"]["exit_code"] == 0
    assert verdicts(log) == ["ok"]
    assert kinds(log).count("exec_start") == kinds(log).count("exec_end") == 100


def test_a_place_that_cannot_be_used_stops_the_start(tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "linked").symlink_to(real)
    (tmp_path / "log.jsonl").symlink_to(real / "log.jsonl")
    (tmp_path / "file").write_text("not a directory")
    for settings in [
        {"EXECKIT_MCP_AUDIT": str(tmp_path / "log.jsonl")},
        {"EXECKIT_MCP_AUDIT": str(tmp_path / "missing" / "log.jsonl")},
        {"EXECKIT_MCP_AUDIT": str(real)},
        {"EXECKIT_MCP_AUDIT": "relative.jsonl"},
        {"EXECKIT_MCP_AUDIT_DIR": str(tmp_path / "linked")},
        {"EXECKIT_MCP_AUDIT_DIR": str(tmp_path / "file")},
    ]:
        with Server(home=tmp_path, env=settings) as server:
            code, said = server.finish()
            assert code == 1 and not server.received, settings
            (name, value), = settings.items()
            assert name.encode() in said or value.encode() in said, said
    assert list(real.iterdir()) == []


def test_a_start_alone_runs_nothing_and_records_no_session(tmp_path, log):
    with audited(tmp_path, log) as server:
        assert server.finish()[0] == 0
    assert set(kinds(log)) <= {"begin", "server_start", "server_stop"}


def test_a_lock_that_is_held_refuses_effects_and_does_not_hold_the_server_up(tmp_path, log):
    with audited(tmp_path, log) as server:
        session = server.session()
        server.run(session, "echo before")
        before = log.read_bytes()
        with open(log, "r+b") as held:
            fcntl.lockf(held, fcntl.LOCK_EX)
            for number in range(40):
                text = server.fails("session_exec", session_id=session, command=f"touch made{number}")
                assert "Nothing was run" in text and "locked" in text
            assert server.ok("session_list")["sessions"]
            assert log.read_bytes() == before and not list(tmp_path.glob("made*"))
        assert server.run(session, "echo after")["stdout"] == "after\n"
    assert verdicts(log) == ["ok"]


@pytest.mark.parametrize("mask", [0o777, 0o277, 0o077, 0])
def test_the_record_of_an_ordinary_user_is_private_and_can_be_taken_up_under_every_umask(mask):
    with tempfile.TemporaryDirectory(prefix="execkit-umask-", dir=open_place()) as home:
        place = pathlib.Path(home).resolve() / "log" / "deep"
        for _ in range(2):
            with Server(home=home, unprivileged=True, umask=mask, env={"EXECKIT_MCP_AUDIT_DIR": str(place)}) as server:
                server.initialize()
                server.run(server.session(), "true")
        files = [place, place.parent, *place.iterdir()]
        assert len(files) == 8
        for file in files:
            assert stat.S_IMODE(file.stat().st_mode) == (0o700 if file.is_dir() else 0o600), file
