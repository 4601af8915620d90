"""A token that nobody issued, sent through every way out of the program: no ten characters of it may come out anywhere.

The token is in a file that the test wrote, so that the commands themselves do not hold it unless they are meant to.
"""

import pytest
from execkit_client import Server, ask_capabilities, legacy_server, made_up_token, modern_meta, wait_until, write_policy

MARKER = "[REDACTED:github-token]"


class Watched:
    """A server with an audit log, of which everything that ever left it is searched at the end."""

    def __init__(self, home, seed, **settings):
        self.token, self.pieces = made_up_token(seed)
        self.home = home
        (home / "token").write_text(self.token)
        self.audit = home / "audit"
        env = {"EXECKIT_MCP_AUDIT_DIR": str(self.audit), **settings}
        self.server = legacy_server(home=home, env=env, capabilities=ask_capabilities())
        self.server.request("logging/setLevel", {"level": "debug"})

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.search()
        finally:
            self.server.stop()

    def search(self):
        _, everything = self.server.finish()
        files = [path for path in self.audit.rglob("*") if path.is_file()]
        assert any(word in path.read_bytes() for path in files for word in (b"exec_start", b"job_start", b"blocked"))
        places = [("client", everything)] + [(path.name, path.read_bytes()) for path in files]
        for name, text in places:
            for piece in self.pieces:
                assert piece.encode() not in text, (name, piece)


@pytest.fixture
def watched(tmp_path):
    with Watched(tmp_path, tmp_path.name) as running:
        yield running


def test_in_both_streams_and_in_the_command(watched):
    server, session = watched.server, watched.server.session()
    result = server.run(session, "cat token; cat token >&2")
    assert result["stdout"] == MARKER and result["stderr"] == MARKER
    assert result["redactions"] == {"github-token": 2}
    result = server.run(session, f"echo {watched.token}; : '{watched.token}'")
    assert result["stdout"] == MARKER + "\n" and result["command"] == f"echo {MARKER}; : '{MARKER}'"
    result = server.run(session, f"{watched.token}")
    assert result["exit_code"] == 127 and MARKER in result["stderr"]
    assert server.run(session, "cat", stdin=watched.token)["stdout"] == MARKER
    server.run(session, "echo 'unclosed " + watched.token)


@pytest.mark.parametrize(
    "writes",
    [
        "while IFS= read -r -n1 c; do printf %s \"$c\"; done < token",
        "while IFS= read -r -n1 c; do printf %s \"$c\"; sleep 0.01; done < token",
        "head -c 3 token; sleep 0.3; tail -c +4 token",
        "head -c 39 token; sleep 0.3; tail -c +40 token",
        "for n in $(seq 1 300); do cat token; echo; done",
        "head -c 131000 /dev/zero | tr '\\0' ' '; for n in $(seq 1 30); do cat token; printf ' '; done",
        "head -c 20 token; printf '\\033[1;31m'; tail -c +21 token; printf '\\033[0m'",
        "head -c 20 token; printf '\\0'; tail -c +21 token",
        "head -c 20 token; printf '\\033]0;title\\007'; tail -c +21 token",
        "printf '\\r\\n'; cat token; printf '\\r'",
        "printf 'AUTH=%s;' $(cat token); printf '{\"a\":\"%s\"}' $(cat token); printf 'https://u:%s@host/' $(cat token)",
    ],
)
def test_split_over_writes_streams_and_blocks(watched, writes):
    session = watched.server.session()
    result = watched.server.run(session, f"{writes}; {{ {writes}; }} >&2")
    assert "[REDACTED" in result["stdout"] and "[REDACTED" in result["stderr"]


def test_in_progress_and_notifications(watched):
    server = watched.server
    session = server.session()
    command = (
        "echo one; while [ ! -e a ]; do sleep 0.05; done; head -c 25 token; while [ ! -e b ]; do sleep 0.05; done;"
        " tail -c +26 token; echo; echo two; while [ ! -e c ]; do sleep 0.05; done"
    )
    request = server.call_later("session_exec", {"session_id": session, "command": command}, {"progressToken": 1})
    seen = ""

    def until(word):
        nonlocal seen
        while word not in seen:
            seen += server.receive_until(lambda m: m.get("method") == "notifications/progress")["params"]["message"]

    until("one")
    (watched.home / "a").touch()
    (watched.home / "b").touch()
    until("two")
    (watched.home / "c").touch()
    assert server.answer(request)["result"]["structuredContent"]["stdout"] == f"one\n{MARKER}\ntwo\n"
    assert MARKER in seen


def test_over_the_border_between_a_call_and_its_job(tmp_path):
    with Watched(tmp_path, 7, EXECKIT_MCP_YIELD="1") as watched:
        server = watched.server
        session = server.session()
        command = f": {watched.token}; head -c 25 token; while [ ! -e go ]; do sleep 0.05; done; tail -c +26 token; echo; echo end"
        result = server.run(session, command, timeout_secs=3000)
        job, seen = result["job_id"], result["stdout"]
        assert MARKER in result["command"]
        assert MARKER in server.ok("session_list")["sessions"][0]["jobs"][0]["command"]
        assert server.ok("session_job", job_id=job, action="read")["running"] is True
        (tmp_path / "go").touch()

        def ended():
            nonlocal seen
            poll = server.ok("session_job", job_id=job, action="poll")
            seen += poll["stdout"]
            assert MARKER in poll["command"]
            return not poll["running"]

        wait_until(ended)
        assert seen == MARKER + "\nend\n"
        assert server.ok("session_job", job_id=job, action="read")["stdout"] == MARKER + "\nend\n"


def test_in_background_jobs_polled_between_the_halves(watched):
    server = watched.server
    session = server.session()
    command = f"echo $$ {watched.token}; head -c 25 token; read line; tail -c +26 token; echo; echo $line >&2"
    started = server.ok("session_exec", session_id=session, command=command, background=True)
    assert MARKER in started["command"]
    job, seen, errors = started["job_id"], "", ""

    def poll():
        nonlocal seen, errors
        result = server.ok("session_job", job_id=job, action="poll")
        seen += result["stdout"]
        errors += result["stderr"]
        return result

    wait_until(lambda: MARKER in seen or not poll()["running"])
    for _ in range(3):
        poll()
    server.ok("session_job", job_id=job, action="write", input=watched.token + "\n")
    wait_until(lambda: not poll()["running"])
    poll()
    assert seen.count(MARKER) >= 1 and MARKER in errors


def test_kept_outputs_slices_and_searches(watched):
    server = watched.server
    session = server.session()
    loop = "for n in $(seq 1 2000); do echo \"line $n $(<token) end\"; done"
    result = server.run(session, loop)
    assert result["truncated"] is True
    kept = result["output_id"]
    for offset in (0, 1, 999, 1998):
        part = server.ok("session_output", output_id=kept, offset=offset, limit=3)
        assert part["text"].count(MARKER) == part["lines_shown"]
    for most in range(0, 60):
        server.ok("session_output", output_id=kept, offset=10, limit=1, max_chars=most)
    for pattern in (watched.token, watched.token[10:20], "gh" + "p_[A-Za-z0-9]+"):
        assert server.ok("session_output", output_id=kept, grep={"pattern": pattern})["lines_shown"] == 0
    assert server.ok("session_output", output_id=kept, grep={"pattern": "line 77 .*REDACTED"})["lines_shown"] == 1
    # Every character a pattern can ask about is asked about what is redacted already.
    for most in range(0, 60):
        server.run(session, "cat token", budget={"max_chars": most})
    result = server.run(session, loop, budget={"grep": {"pattern": watched.token[:12]}})
    assert result["budget"]["stdout"]["lines_kept"] == 0
    result = server.run(session, loop, budget={"keep": {"mode": "head_tail", "head": 1, "tail": 1}, "max_chars": 37})
    assert result["truncated"] is True


@pytest.mark.parametrize("between", ["\\n", " ", ",", "\\\",\\\""])
def test_where_output_is_lost_in_the_middle(watched, between):
    """More than is kept: what follows the gap must not begin in the middle of a token."""
    server = watched.server
    session = server.session()
    script = (
        f'import sys; token = open("token").read(); unit = token + "{between}"\n'
        "sys.stdout.write(unit * (30_000_000 // len(unit)))"
    )
    (watched.home / "flood.py").write_text(script)
    result = server.run(session, "python3 flood.py", timeout_secs=3000)
    assert result["truncated"] is True
    if between == "\\n":
        whole = server.ok("session_output", output_id=result["output_id"], grep={"pattern": "not kept"})
        assert whole["lines_shown"] == 1
    for most in (5_000, 2_000_000):
        server.ok("session_output", output_id=result["output_id"], max_chars=most)
    server.run(session, "python3 flood.py", timeout_secs=3000, budget={"max_chars": 3000})


def test_in_names_directories_environments_and_errors(watched):
    server, token = watched.server, watched.token
    session = server.session(env={"SOME_NAME": token}, cwd=str(watched.home))
    result = server.run(session, "echo $SOME_NAME; env; mkdir \"$SOME_NAME\"; cd \"$SOME_NAME\"; pwd")
    assert MARKER in result["stdout"] and MARKER in result["cwd"]
    server.fails("session_create", transport="local", cwd=f"/no/{token}")
    server.fails("session_create", transport="local", allow=[f"{token} x"])
    for tool, arguments in [
        ("session_exec", {"session_id": token, "command": "ls"}),
        ("session_exec", {"session_id": session, "command": "ls", "budget": {"grep": {"pattern": f"({token}"}}}),
        ("session_exec", {"session_id": session, "command": f"{token}\0"}),
        ("session_destroy", {"session_id": token}),
        ("session_destroy", {"session_id": "x" * 60 + token}),
        ("session_job", {"job_id": token, "action": "poll"}),
        ("session_job", {"job_id": "x", "action": token}),
        ("session_output", {"output_id": token}),
        ("session_create", {"transport": token}),
    ]:
        server.fails(tool, **arguments)


def test_in_refusals(tmp_path):
    settings = write_policy(tmp_path, {"deny": ["touch"], "ask": ["rmdir"]})
    with Watched(tmp_path, 11, **settings) as watched:
        server, token = watched.server, watched.token
        session, narrow = server.session(), server.session(allow=["echo"])
        server.fails("session_exec", session_id=session, command=f"touch {token}")
        assert MARKER in server.fails("session_exec", session_id=narrow, command=token)
        server.fails("session_exec", session_id=narrow, command=f"x={token} /bin/{token} x")
        for background in (False, True):
            arguments = {"session_id": session, "command": f"rmdir {token}", "background": background}
            call = server.call_later("session_exec", arguments)
            question = server.receive_until(lambda m: m.get("method") == "elicitation/create")
            assert MARKER in question["params"]["message"]
            server.send({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "decline"}})
            assert server.answer(call)["result"]["isError"] is True


def test_without_a_handshake(tmp_path):
    token, pieces = made_up_token(13)
    (tmp_path / "token").write_text(token)
    with Server(home=tmp_path, env=write_policy(tmp_path, {"ask": ["rmdir"]})) as server:
        meta = modern_meta({"elicitation": {"form": {}}}, progressToken="p", **{"io.modelcontextprotocol/logLevel": "debug"})

        def call(tool, arguments):
            return server.answer(server.call_later(tool, arguments, meta))["result"]

        session = call("session_create", {"transport": "local"})["structuredContent"]["session_id"]
        assert call("session_exec", {"session_id": session, "command": "cat token"})["structuredContent"]["stdout"] == MARKER
        asked = call("session_exec", {"session_id": session, "command": f"rmdir {token}"})
        assert MARKER in asked["inputRequests"]["run"]["params"]["message"]
        _, everything = server.finish()
        assert not [piece for piece in pieces if piece.encode() in everything]


def test_the_search_itself_finds_what_leaks(tmp_path):
    """The check can fail: a token that is cut apart on purpose is found."""
    with pytest.raises(AssertionError, match="client"):
        with Watched(tmp_path, 17) as watched:
            watched.server.run(watched.server.session(), "cut -c 5- token")
