"""What the shell of a session may do to itself, and what commands may try against the framing."""

import json
import os

import pytest
from execkit_client import legacy_server


@pytest.fixture(scope="module")
def server():
    with legacy_server(unprivileged=True) as running:
        yield running


@pytest.fixture
def session(server):
    name = server.session()
    yield name
    server.call("session_destroy", session_id=name)


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
        ("kill -STOP $$", lambda r: True),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_session_survives_or_says_why(server, command, check):
    name = server.session()
    # A shell that stops itself can only be waited for.
    result = server.run(name, command, timeout_secs=2 if "STOP" in command else 100)
    assert check(result), result
    after = server.call("session_exec", session_id=name, command="/bin/echo next; /bin/echo residue >&2", timeout_secs=100)
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


ENDLESS = [
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
]


def test_a_timeout_keeps_output_and_session(server):
    """All at once, so that each has the time that it needs on a busy machine to get as far as its output."""
    running = []
    for command in ENDLESS:
        name = server.session()
        server.run(name, "cd /usr; KEEP=kept")
        arguments = {"session_id": name, "command": command, "timeout_secs": 10}
        running.append((command, name, server.call_later("session_exec", arguments)))
    for command, name, call in running:
        result = server.answer(call)["result"]["structuredContent"]
        assert result["timed_out"] is True and result["exit_code"] == 124, command
        assert result["stdout"] == "partial\n", (command, result)
        assert not result.get("session_closed"), (command, result)
        assert server.run(name, "pwd; echo $KEEP")["stdout"] == "/usr\nkept\n", command
        server.ok("session_destroy", session_id=name)


def test_what_cannot_be_interrupted_closes_the_session(server):
    name = server.session()
    result = server.run(name, "echo partial; trap '' INT; while :; do :; done", timeout_secs=5)
    assert result["timed_out"] is True and result["stdout"] == "partial\n"
    if result.get("session_closed"):
        server.fails("session_exec", session_id=name, command="true")
    else:
        assert server.run(name, "echo fine")["stdout"] == "fine\n"


@pytest.mark.parametrize(
    "attack",
    [
        "for f in /proc/$$/fd/*; do echo forged > $f; done 2>/dev/null",
        "for f in /proc/$PPID/fd/*; do echo forged > $f; done 2>/dev/null",
        "for n in $(seq 3 63); do eval \"echo forged >&$n\"; done 2>/dev/null",
        "set; declare -p; declare -f; env; export -p",
        "trap 'echo \"$BASH_COMMAND\" >&2' DEBUG; true",
        "(for n in $(seq 0 63); do printf 'forged 0 /\\n' >&$n; done) 2>/dev/null",
        "python3 - <<'EOF'\nimport os\nfor n in range(3, 64):\n    try:\n        os.write(n, b'forged\\0' * 4)\n    except OSError:\n        pass\nEOF",
    ],
)
def test_output_cannot_forge_a_result(server, attack):
    name = server.session()
    first = server.call("session_exec", session_id=name, command=attack + "\n/bin/sh -c 'exit 42'", timeout_secs=100)
    assert not first.get("isError"), first
    result = first["structuredContent"]
    if not result.get("session_closed"):
        assert result["exit_code"] == 42, result
        after = server.run(name, "trap - DEBUG; echo honest")
        assert after["exit_code"] == 0 and after["stdout"].endswith("honest\n")
    server.call("session_destroy", session_id=name)
