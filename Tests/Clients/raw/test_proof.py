"""Proof, not promise: values that nobody has ever seen are planted, every feature and every failure path of both programs is
used, and then everything that anybody could read is searched for any part of them, in every encoding. Nothing is found."""

import functools
import json
import os
import pathlib
import resource
import secrets as randomness
import signal
import subprocess
import sys
import tempfile
import time

import pytest
from execkit_client import PATIENCE, PROGRAM, Family, processes_of, wait_until
from marker_search import ENCODINGS, Marker, Watch, letters, opened, views
from vault_support import PASSWORD, PERSON, Vault, needs_programs, scratch

ASKING = {"elicitation": {"form": {}}}
YES = {"action": "accept", "content": {"run": True}}
FRAME = ("-----BEGIN PRIVATE KEY-----\n", "\n-----END PRIVATE KEY-----")
PRINTERS = {
    "plain": 'printf "%s\\n" "$K" "x${K}y"; printf "%s" "$K" >&2',
    "base64": 'printf %s "$K" | base64; printf "a%s" "$K" | base64 -w0; printf "ab%s" "$K" | base64 -w 20',
    "base64url": 'printf %s "$K" | base64 -w0 | tr "+/" "-_" | tr -d =',
    "hexadecimal": 'printf %s "$K" | od -An -v -tx1; printf %s "$K" | od -An -v -tx1 | tr -d " \\n"; echo; printf %s "$K" | od -An -v -tx1 | tr " a-f" ":A-F"',
    "percent": "python3 -c 'import os; k = os.environ[\"K\"].encode(); print(\"\".join(\"%%%02x\" % b for b in k)); print(\"\".join(\"%%%02X\" % b for b in k))'",
    "quoted": "python3 -c 'import os, json, urllib.parse, html, shlex; k = os.environ[\"K\"]; print(urllib.parse.quote(k, \"\"), json.dumps(k), html.escape(k), shlex.quote(k), repr(k), json.dumps(json.dumps(k)))'",
    "escapes": "python3 -c 'import os; k = os.environ[\"K\"].encode(); print(\"\".join(\"\\\\x%02x\" % b for b in k)); print(\"\".join(\"\\\\u%04x\" % b for b in k)); print(\"\".join(\"\\\\%03o\" % b for b in k)); print(\"\".join(\"&#%d;\" % b for b in k))'",
    "UTF-16": "python3 -c 'import os, sys; k = os.environ[\"K\"]; sys.stdout.buffer.write(k.encode(\"utf-16-le\") + b\"\\n\\n\" + k.encode(\"utf-16-be\"))'",
    "reversed": "python3 -c 'import os; print(os.environ[\"K\"][::-1])'",
    "coloured": "python3 -c 'import os; print(\"\\x1b[31m\".join(os.environ[\"K\"]))'",
    "in lines": "python3 -c 'import os; k = os.environ[\"K\"]; print(\"\\n\".join(k[at:at + 7] for at in range(0, len(k), 7)))'",
    "one byte at a time": "python3 -uc 'import os, time\nfor c in os.environ[\"K\"][:60]: print(c, end=\"\", flush=True); time.sleep(0.02)'",
}


def plant():
    body = [letters(64) for _ in range(3)]
    made = [
        Marker("PLAIN", letters(40)),
        Marker("QUOTED", letters(20) + "\"\\'\n$`%&<" + letters(20)),
        Marker("PEM", FRAME[0] + "\n".join(body) + FRAME[1], known=FRAME),
        # Records and results have runs of digits of their own.
        Marker("NUMBER", "7" + "".join(randomness.choice("0123456789") for _ in range(39)), window=13),
        Marker("SHELL_KEY", letters(40)),
        Marker("ASKED", letters(40)),
        Marker("UNUSED", letters(40)),
        Marker("IMPORTED", letters(40)),
    ]
    return {marker.key: marker for marker in made}


class World:
    """The vault with the planted values, and everything that was ever received from a program."""

    def __init__(self, root):
        self.markers = plant()
        self.password = Marker("the password", PASSWORD, window=10, known=["correct horse "])
        # Typed as an argument by mistake: the process list has it then, and nothing else may.
        self.slip = Marker("SLIP", letters(40))
        self.vault = Vault(root)
        self.home, self.project, self.root = self.vault.home, self.vault.project, self.vault.root
        self.temporary = self.root / "tmp"
        self.temporary.mkdir()
        self.log = self.home / "audit.jsonl"
        self.received, self.count, self.ended = {}, 0, []
        for key in set(self.markers) - {"IMPORTED"}:
            self.person("set", key, "--stdin", stdin=self.markers[key].value)
        self.person("rule", "set", "ASKED", "--ask", "always")

    def keep(self, what, data):
        self.count += 1
        self.received[f"{self.count}: {what}"] = data

    @functools.cached_property
    def memory(self):
        """A directory in memory for files with values, of this test alone."""
        made = tempfile.TemporaryDirectory(prefix="execkit-proof-", dir="/dev/shm")
        self.ended.append(made.cleanup)
        return pathlib.Path(made.name)

    def person(self, *arguments, stdin="", expect=0, password=None, stdout=subprocess.PIPE, limit=None, shown=False, **env):
        """What the person's program answers. Everything it writes is kept, but for what it was asked to show."""
        settings = {**self.vault.settings, "TMPDIR": str(self.temporary), **env}
        if password:
            settings["EXECKIT_VAULT_PASSWORD"] = password
        fill = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit is not None else None
        done = subprocess.run(
            [PERSON, *arguments], input=stdin.encode(), stdout=stdout, stderr=subprocess.PIPE, cwd=self.project, timeout=PATIENCE,
            env=settings, start_new_session=True, restore_signals=limit is None, preexec_fn=fill)
        assert expect is None or (done.returncode == 0) == (expect == 0), (arguments, done.returncode, done.stderr[:300])
        self.keep(f"execkit {arguments[0]}", b"" if shown else (done.stdout or b"") + b"\n" + done.stderr)
        return done

    def server(self, **options):
        env = {"EXECKIT_MCP_AUDIT": str(self.log), "TMPDIR": str(self.temporary), "XDG_RUNTIME_DIR": str(self.memory), **options.pop("env", {})}
        return self.vault.server(env=env, capabilities=ASKING, **options)

    def close(self, server):
        """Ends a server, however it is, and keeps all it has said."""
        try:
            server.finish()
        except OSError:
            server.process.wait(PATIENCE)
        for line in bytes(server.received).splitlines():
            if b'"notifications/progress"' not in line:
                self.keep(f"execkit-mcp {line[:40]!r}", line)
        self.keep("execkit-mcp, all of it", bytes(server.received))
        self.keep("execkit-mcp, standard error", bytes(server.stderr))


@pytest.fixture
def world():
    needs_programs()
    core = resource.getrlimit(resource.RLIMIT_CORE)
    # Core dumps are allowed to everything that is started here.
    resource.setrlimit(resource.RLIMIT_CORE, (core[1], core[1]))
    try:
        with scratch() as root:
            made = World(root)
            try:
                yield made
            finally:
                made.vault.lock()
                for end in made.ended:
                    end()
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, core)


def run(server, *command, **arguments):
    return server.ok("run-with-secrets", command=list(command), **arguments)


def answered(server, arguments, answer):
    call = server.call_later("run-with-secrets", arguments)
    asked = server.receive_until(lambda m: m.get("method") == "elicitation/create")
    server.send({"jsonrpc": "2.0", "id": asked["id"], "result": answer})
    return server.answer(call)["result"]


def prints_every_way(world, server):
    calls = []
    for key in ("PLAIN", "QUOTED", "PEM", "NUMBER"):
        for name, script in PRINTERS.items():
            if name == "in lines" and key == "PEM":
                # It has spaces, see the last tests here.
                continue
            arguments = {"command": ["sh", "-c", f'K="${key}"; export K; {script}'], "secrets": [key]}
            calls.append((key, server.call_later("run-with-secrets", arguments, meta={"progressToken": len(calls)})))
    for key, call in calls:
        result = server.answer(call)["result"]
        assert "[REDACTED:" in json.dumps(result), (key, "shown by no script")


def runs(world, server):
    mention = "; : $PLAIN $PEM"
    run(server, "sh", "-c", 'echo "$PLAIN"; exit 7')
    run(server, "sh", "-c", 'ulimit -c unlimited; echo "$PLAIN"; kill -SEGV $$')
    run(server, "sh", "-c", 'echo "$PLAIN" >&2; sleep 1000', timeoutSeconds=1)
    run(server, "sh", "-c", "cat; env" + mention, stdin="text\n")
    run(server, "sh", "-c", 'seq 1 2000; echo "$PEM"; seq 1 2000', budget={"grep": {"pattern": "[A-Za-z]", "context": 2}, "keep": {"mode": "tail", "n": 9}})
    kept = run(server, "sh", "-c", 'seq 1 3000; echo "$PEM"; seq 1 3000')
    server.ok("session_output", output_id=kept["outputId"], offset=2900, limit=200)
    server.ok("session_output", output_id=kept["outputId"], grep={"pattern": "[A-Za-z]"})
    for delivery in ("descriptor", "file"):
        run(server, "sh", "-c", 'cat "$PEM"; cat "$PLAIN" >&2; base64 "$QUOTED"; ls -l "$PEM"', delivery=delivery)
        run(server, "sh", "-c", 'cat "$PEM"; sleep 1000', delivery=delivery, timeoutSeconds=1)
        run(server, "sh", "-c", 'cat "$PEM"; kill -SEGV $$', delivery=delivery)
    # Errors that repeat it: of the program, of the shell, of a program that does not exist.
    run(server, "sh", "-c", '"$PLAIN"; cd "$PLAIN"; ls "$PLAIN"; exec "/no/$PLAIN"')
    call = server.call_later("run-with-secrets", {"command": ["sh", "-c", 'echo "$PLAIN"; touch began; sleep 1000']}, meta={"progressToken": "c"})
    wait_until((world.project / "began").exists)
    server.notify("notifications/cancelled", {"requestId": call})
    calls = [
        server.call_later("run-with-secrets", {"command": ["sh", "-c", f'echo {n} "$PLAIN" "$NUMBER"; echo "$QUOTED" >&2']}, meta={"progressToken": f"p{n}"})
        for n in range(20)
    ]
    for call in calls:
        server.answer(call)
    for arguments in [
        {"command": ["no-such-program-here"], "secrets": ["PLAIN"]}, {"command": ["/etc/passwd"], "secrets": ["PLAIN"]},
        {"command": ["true"], "secrets": ["PLAIN", "NO_SUCH"]}, {"command": ["true"], "secrets": ["PLAIN"], "cwd": "/no/such"},
        {"command": ["true"], "secrets": ["PLAIN"], "environment": "nowhere"}, {"command": ["true"], "secrets": ["PLAIN"], "folder": "x"},
    ]:
        server.fails("run-with-secrets", **arguments)
    wants = {"command": ["sh", "-c", 'echo "$ASKED"; echo "$ASKED" | base64']}
    for answer in ({"action": "decline"}, {"action": "cancel"}, YES):
        answered(server, wants, answer)


def sessions(world, server):
    for tool in ("status", "list-projects", "list-secrets", "get-current-project", "session_list"):
        server.ok(tool)
    own = server.session(secrets=["SHELL_KEY", "PLAIN"])
    assert server.run(own, 'echo "$SHELL_KEY"')["stdout"] == "[REDACTED:SHELL_KEY]\n"
    server.run(own, 'env; set; export -p; echo "$SHELL_KEY" | base64; echo "$SHELL_KEY" | rev >&2; "$SHELL_KEY"; cd "/$SHELL_KEY"')
    server.run(own, 'set -x; true "$SHELL_KEY"; set +x')
    server.run(own, 'echo "$SHELL_KEY"; sleep 1000', timeout_secs=1)
    # A directory of that name: results and records say where a session is.
    server.run(own, 'python3 -c \'import os; os.mkdir(os.environ["SHELL_KEY"])\'; cd "$SHELL_KEY"; pwd')
    server.run(own, "true")
    server.ok("session_list")
    server.ok("session_exec", session_id=own, command="true", background=True)
    server.run(own, 'cd ..; rmdir "$SHELL_KEY"')
    job = server.ok("session_exec", session_id=own, command='echo "$SHELL_KEY"; read line; echo "$line $SHELL_KEY"; base64 -w 12 <<E\n$PLAIN\nE', background=True)["job_id"]
    server.ok("session_job", job_id=job, action="write", input="text\n", close_input=True)
    wait_until(lambda: not server.ok("session_job", job_id=job, action="poll")["running"])
    server.ok("session_job", job_id=job, action="read")
    # A file that a run makes and another session reads.
    run(server, "sh", "-c", 'umask 77; { seq 1 400; echo "$PEM"; echo "$QUOTED"; echo "$NUMBER" | base64; } > kept.txt')
    other = server.session()
    server.run(other, "cat kept.txt; head -c 2000 kept.txt")
    server.ok("session_read_file", session_id=other, path="kept.txt")
    server.ok("session_read_file", session_id=other, path="kept.txt", offset=1480)
    output = server.run(other, "cat kept.txt kept.txt", budget={"max_chars": 300})["output_id"]
    server.ok("session_output", output_id=output, offset=395, limit=30)
    server.call("session_write_file", session_id=other, path="kept.txt", edits=[{"old": "no such text", "new": "x"}])
    server.call("session_create", transport="local", secrets=["PLAIN", "NO_SUCH"])
    server.run(own, 'echo "$SHELL_KEY"; exit 3')
    server.call("session_exec", session_id=own, command="true")
    server.ok("session_destroy", session_id=other)
    (world.project / "kept.txt").unlink()


def repeats(world, server):
    """An agent that knows a value already, from elsewhere, says it: in commands, names and arguments of every kind."""
    value = world.markers["PLAIN"].value
    session = server.session()
    server.run(session, f"echo {value}; : {value}")
    server.run(session, "cat", stdin=value)
    for tool, arguments in [
        ("session_exec", {"session_id": value, "command": "true"}), ("session_job", {"job_id": value, "action": "poll"}),
        ("session_output", {"output_id": value}), ("session_create", {"transport": "local", "cwd": "/" + value}),
        ("session_create", {"transport": value}), ("session_exec", {"session_id": session, "command": "true", value: 1}),
        ("session_exec", {"session_id": session, "command": "true", "budget": {"grep": {"pattern": value + "("}}}),
        ("session_read_file", {"session_id": session, "path": "/" + value}), ("list-secrets", {"projectId": value}),
        ("list-secrets", {"environment": value}), ("list-secrets", {"cursor": value}), (value, {}),
        ("run-with-secrets", {"command": ["true"], "secrets": [value]}), ("run-with-secrets", {"command": ["true", value], "environment": value}),
        ("run-with-secrets", {"command": ["true"], "projectId": value}), ("run-with-secrets", {"command": ["true"], "secrets": ["PLAIN"], "folder": value}),
        ("run-with-secrets", {"command": ["true"], "secrets": [], "cwd": "/" + value}), ("run-with-secrets", {"command": ["/" + value], "secrets": []}),
        ("run-with-secrets", {"command": ["true"], "delivery": value}), ("run-with-secrets", {"command": ["true"], value: 1}),
    ]:
        server.answer(server.call_later(tool, arguments))
    answered(server, {"command": ["sh", "-c", f": $ASKED {value}"]}, YES)
    server.request(value)
    server.send_bytes(f"{{{value}\n".encode())
    server.request("ping")


def keeper_of(server):
    for pid in processes_of(server.process.pid):
        try:
            if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "execkit-keeper":
                return pid
        except OSError:
            pass
    return None


def falls(world):
    """Everything that can be ended is ended, while it holds values."""
    holding = {"command": ["sh", "-c", 'cat "$PEM"; touch held; sleep 1000'], "delivery": "file"}

    def held():
        if (world.project / "held").exists():
            (world.project / "held").unlink()
            return True
        return False

    for end in (signal.SIGKILL, signal.SIGSEGV):
        with world.server() as server:
            run(server, "sh", "-c", "echo $PLAIN")
            os.kill(keeper_of(server), end)
            server.call("run-with-secrets", command=["sh", "-c", "echo $PLAIN"])
            server.call("run-with-secrets", command=["sh", "-c", "echo $PLAIN"])
            world.close(server)
        for victim in ("worker", "guardian"):
            with world.server() as server:
                server.session(secrets=["SHELL_KEY"])
                server.call_later("run-with-secrets", holding)
                wait_until(held)
                family = Family(processes_of(server.process.pid))
                os.kill(server.worker() if victim == "worker" else server.process.pid, end)
                wait_until(lambda: not family.left())
                world.close(server)
    with world.server() as server:
        world.vault.lock()
        server.call("run-with-secrets", command=["sh", "-c", "echo $PLAIN"])
        wait_until(lambda: server.call("run-with-secrets", command=["sh", "-c", "echo $PLAIN"]).get("isError"))
        server.call("session_create", transport="local", secrets=["SHELL_KEY"])
        world.vault.unlock()
        # What a killed server could not take away, the next one does that makes such a file, if it is some seconds old.
        for left in world.memory.iterdir():
            os.utime(left, (1, 1))
        run(server, "sh", "-c", 'cat "$PLAIN"', delivery="file")
        world.close(server)
    assert list(world.memory.iterdir()) == []
    # No room for records; the limit is of the server and of all that it starts.
    full = world.home / "full.jsonl"
    with world.server(env={"EXECKIT_MCP_AUDIT": str(full)}, file_size_limit=12_000) as server:
        session = server.call("session_create", transport="local", secrets=["SHELL_KEY"])
        wait_until(lambda: server.call("run-with-secrets", command=["sh", "-c", "echo $PLAIN; echo $PEM"]).get("isError"))
        session = (session.get("structuredContent") or {}).get("session_id")
        if session:
            server.call("session_exec", session_id=session, command="echo $SHELL_KEY")
        world.close(server)


def person(world):
    """The person's program: each verb, in each way that it may say something, and where it fails."""
    value = world.markers["PLAIN"].value
    imported = world.markers["IMPORTED"].value
    for arguments in [("status",), ("status", "--json"), ("list",), ("list", "--json"), ("doctor",), ("doctor", "--json"), ("log",), ("log", "--json"),
                      ("history", "PLAIN"), ("vault", "check"), ("rule", "show", "ASKED"), ("projects",), ("envs",), ("folders",)]:
        world.person(*arguments)
    source = world.project / "secrets.env"
    source.write_text(f'IMPORTED="{imported}"\n')
    world.person("import", str(source), "--dry-run")
    world.person("import", str(source), "--yes", "--json")
    world.person("scan", str(world.project), expect=1)
    world.person("scan", "--json", str(world.project), expect=1)
    for broken, form in [(f"IMPORTED='{imported}\nA B={imported}\n", "dotenv"), (f'{{"IMPORTED": "{imported}", "{imported}": {imported}}}', "json"),
                         (f"IMPORTED: [{imported}\n- {imported}: &{imported}\n", "yaml"), (f"{imported} {imported}\n", "dotenv"), (f"{imported}=x\n1{imported}=y\n\0", "dotenv")]:
        source.write_text(broken)
        world.person("import", str(source), "--format", form, "--yes", expect=1)
    source.unlink()
    for kind in ("number", "boolean"):
        world.person("set", "TYPED", "--stdin", "--type", kind, stdin=value, expect=None)
    world.person("set", "1bad name", "--stdin", stdin=value, expect=1)
    world.person("set", "PLAIN", "--stdin", "--expires", "never ever", stdin=value, expect=1)
    world.person("set", "OTHER", "--stdin", "--file", str(source), stdin=value, expect=1)
    world.person("set", "ZERO", "--stdin", "--env", "production", stdin=value + "\0" + value, expect=None)
    world.person("export", "--stdout", "--env", "production", shown=True, expect=None)
    world.person("run", "--env", "production", "--", "true", expect=None)
    for at in range(3):
        world.person("set", "ROTATED", "--stdin", stdin=value + str(at))
    world.person("restore", "ROTATED", "--version", "1")
    world.person("rename", "ROTATED", "TURNED")
    world.person("rm", "TURNED")
    world.person("get", "PLAIN", "--stdout", shown=True)
    world.person("get", "PLAIN", expect=1)
    world.person("export", expect=1)
    for arguments in [("get", "PLAIN", "--stdout"), ("export", "--stdout"), ("export", "--stdout", "--format", "json")]:
        with open("/dev/full", "wb") as full:
            world.person(*arguments, expect=1, stdout=full)
    world.person("run", "--", "sh", "-c", "exit 3", expect=3)
    world.person("run", "--", "sh", "-c", "kill -SEGV $$", expect=1)
    world.person("run", "--", "no-such-program-here", expect=127)
    world.person("run", "--only", "NO_SUCH", "--", "true", expect=1)
    slip = world.slip.value
    for arguments in [("set", "SLIP", slip), ("set", f"SLIP={slip}"), ("set", "SLIP", f"--value={slip}"), (slip,), ("get", slip), ("import", slip),
                      ("run", "--", slip), ("run", "--only", slip, "--", "true"), ("unlock", slip), ("unlock", "--password-fd", slip),
                      ("passwd", slip), ("export", "--format", slip), ("set", "SLIP", "--stdin", "--expires", slip), ("list", "-e", slip)]:
        world.person(*arguments, expect=1)
    wrong = "wrong " + letters(20)
    for arguments in [("unlock",), ("get", "PLAIN", "--stdout"), ("export", "--stdout"), ("run", "--", "env"), ("doctor",), ("rekey",)]:
        done = world.person(*arguments, password=wrong, expect=1)
        assert wrong.encode() not in done.stdout + done.stderr
    world.person("set", "ROOMY", "--stdin", stdin=value * 400, limit=8_192, expect=1)
    world.person("vault", "backup", str(world.home / "small.backup"), limit=8_192, expect=1)
    world.person("rekey")
    world.person("vault", "backup", str(world.home / "copy.backup"))
    world.person("vault", "check")
    world.vault.unlock()


def everything_left(world, since, before):
    """Every file that there is below the scratch home, and every new one where programs leave things."""
    places = ["/dev/shm", os.environ.get("XDG_RUNTIME_DIR") or "/run/user", "/tmp", "/var/tmp", os.environ.get("TMPDIR") or "/tmp"]
    for directory in {*places, str(world.root)}:
        ours = directory == str(world.root)
        for way, inner, names in os.walk(directory):
            if not ours and pathlib.Path(way) == world.root:
                inner.clear()
                continue
            for name in [*names, *inner]:
                path = os.path.join(way, name)
                try:
                    info = os.lstat(path)
                    if not ours and (path in before or info.st_ctime < since or info.st_size > 1 << 24):
                        continue
                    data = name.encode(errors="surrogateescape") + b"\0"
                    if os.path.islink(path):
                        data += os.readlink(path).encode(errors="surrogateescape")
                    elif os.path.isfile(path):
                        data += pathlib.Path(path).read_bytes()
                except OSError:
                    continue
                yield path, data, ours


def test_no_part_of_any_value_is_found_anywhere(world):
    since = time.time() - 1
    before = {str(path) for path in pathlib.Path("/dev/shm").rglob("*")}
    watch = Watch(list(world.markers.values()), str(world.root))
    watch.start()
    try:
        with world.server() as server:
            prints_every_way(world, server)
            runs(world, server)
            sessions(world, server)
            repeats(world, server)
            for path in (world.root / "vault").rglob("*"):
                if path.is_file():
                    world.keep(f"{path.name} while it is in use", path.read_bytes())
            world.close(server)
        person(world)
        falls(world)
        for arguments in (["audit", "show", str(world.log)], ["audit", "verify", str(world.log)], ["doctor"], ["doctor", "--json"]):
            done = subprocess.run([PROGRAM, *arguments], capture_output=True, env=world.vault.settings, timeout=PATIENCE, cwd=world.project)
            world.keep(f"execkit-mcp {arguments[0]}", done.stdout + b"\n" + done.stderr)
    finally:
        watch.stop()
    hits = [f"/proc: {hit}" for hit in watch.hits]
    assert watch.rounds > 10 and {("PLAIN", "environ"), ("SHELL_KEY", "environ")} <= watch.seen_in_children, "the watch saw no child"
    searched = [*world.markers.values(), world.slip, world.password]
    told = 0
    for what, data in world.received.items():
        told += data.count(b"[REDACTED:PLAIN]")
        for marker in searched:
            for how, around in marker.found_in({*views(data), *views(opened(data))}).items():
                hits.append(f"{what}: {marker.key}, {how}: {around!r}")
    assert told > 50, "the values came by where they were redacted"
    cores = []
    for path, data, ours in everything_left(world, since, before):
        if os.path.basename(path).startswith("core") and data.partition(b"\0")[2][:4] == b"\x7fELF":
            cores.append(path)
        for marker in searched:
            needles = None if ours else marker.quick
            for how, around in marker.found_in(views(data) if ours else [data], needles).items():
                hits.append(f"{path}: {marker.key}, {how}: {around!r}")
    assert not hits, f"{len(hits)} hits\n" + "\n".join(hits[:200])
    assert not cores


def test_the_search_finds_a_planted_value_in_every_encoding():
    for marker in plant().values():
        noise = [os.urandom(5000), letters(5000).encode()]
        for around in noise:
            assert marker.found_in(views(around)) == {}
        text = marker.value.encode()
        for name, encode in ENCODINGS.items():
            for planted in encode(text):
                assert marker.found_in(views(noise[0] + planted + noise[1])), (marker.key, name)
                wrapped = b"\n".join(planted[at : at + 19] for at in range(0, len(planted), 19))
                assert name == "UTF-16" or marker.found_in(views(noise[0] + wrapped + noise[1])), (marker.key, name, "wrapped")
        assert all(marker.found_in([noise[0] + window + noise[1]]) for window in marker.windows)
        coloured = "\x1b[31m".join(marker.value).encode()
        assert marker.found_in(views(coloured)), (marker.key, "coloured")
        line = json.dumps({"result": {"content": [{"text": json.dumps({"stdout": marker.value})}]}}).encode()
        assert marker.found_in([opened(line)]), (marker.key, "JSON in JSON")
        half = len(marker.value) // 2
        told = [json.dumps({"method": "notifications/progress", "params": {"message": part}}) for part in (marker.value[:half], marker.value[half:])]
        assert marker.found_in([opened("\n".join(told).encode())])


def test_the_watch_finds_a_value_in_arguments_and_environment():
    marker = Marker("PLAIN", letters(40))
    watch = Watch([marker], "/no/such/home")
    # As if the program below were of somebody else.
    watch.below = lambda pid: False
    with subprocess.Popen([sys.executable, "-c", "input()", marker.value], stdin=subprocess.PIPE, env={"K": marker.value}) as child:
        wait_until(lambda: watch.look() or {hit[2] for hit in watch.hits if hit[0] == child.pid} == {"cmdline", "environ"})
        child.communicate(b"\n")


# What the search has found and is not mended yet. Each is strict: it fails as soon as it is mended, and then belongs above.


def shown(world, key, script):
    """What stands of a value in the output of a run."""
    with world.server() as server:
        result = run(server, "sh", "-c", script, secrets=[key])
    return world.markers[key].found_in(views((result["stdout"] + result["stderr"]).encode()))


def test_a_dump_at_any_offset_shows_nothing(world):
    for before in range(16):
        assert not shown(world, "PLAIN", f'{{ head -c {before} /dev/zero; printf %s "$PLAIN"; }} | od -An -v -tx1'), before


def test_reading_a_file_from_inside_a_value_shows_nothing(world):
    with world.server() as server:
        run(server, "sh", "-c", 'umask 77; echo "$PLAIN" > kept.txt')
        text = server.ok("session_read_file", session_id=server.session(), path="kept.txt", offset=1)["text"]
    assert not world.markers["PLAIN"].found_in(views(text.encode()))
