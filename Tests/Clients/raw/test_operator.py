"""The operator's verbs, run as a person runs them: words in, text and an exit code out."""

import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import time

import pytest

from execkit_client import PATIENCE, PROGRAM, Server, legacy_server

TOP = pathlib.Path(__file__).resolve().parents[3]
# The path the program knows itself by.
BINARY = os.path.realpath(PROGRAM)


class Done:
    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout.decode(), process.stderr.decode()


def execkit(home, *words, **variables):
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables}
    return Done(
        subprocess.run(
            [PROGRAM, *words], env=environment, cwd=str(home), stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE
        )
    )


@pytest.fixture
def home(tmp_path):
    place = tmp_path.resolve() / "home"
    place.mkdir(mode=0o700)
    return place


# Words


@pytest.mark.parametrize("word", ["--version", "-V", "version"])
def test_version_is_one_line(home, word):
    done = execkit(home, word)
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"execkit-mcp \d+\.\d+\.\d+\n", done.out)


@pytest.mark.parametrize("word", ["--help", "-h", "help"])
def test_help_shows_every_verb_and_examples(home, word):
    done = execkit(home, word)
    assert (done.code, done.err) == (0, "")
    for part in ["setup", "doctor", "audit verify", "policy", "--version", "Examples:"]:
        assert part in done.out


@pytest.mark.parametrize("verb", ["doctor", "setup", "audit", "policy"])
def test_each_verb_has_its_own_help(home, verb):
    for words in [(verb, "--help"), ("help", verb), (verb, "-h")]:
        done = execkit(home, *words)
        assert (done.code, done.err) == (0, "") and done.out.startswith(f"Usage: execkit-mcp {verb}")


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",), ("serve", "now"), ("--verbose",), ("version", "x"), ("help", "x"), ("doctor", "x"), ("doctor", "--yaml"),
        ("setup", "nobody"), ("setup", "--write"), ("setup", "claude", "cursor"), ("setup", "claude", "--force"), ("audit",),
        ("audit", "mend"), ("audit", "show", "--since", "yesterday"), ("audit", "show", "--limit", "0"),
        ("audit", "show", "--result", "fine"), ("audit", "export", "--limit"), ("audit", "verify", "--expect", "1:2:3"),
        ("policy",), ("policy", "check"), ("policy", "list", "x"), ("policy", "test", "x"), ("",),
    ],
)
def test_a_wrong_word_is_told_on_stderr_with_code_2(home, words):
    done = execkit(home, *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("execkit-mcp: ")


def test_control_characters_of_a_word_do_not_reach_the_terminal(home):
    done = execkit(home, "\x1b[31mred")
    assert done.code == 2 and "\x1b" not in done.err


def test_a_reader_that_leaves_is_no_error_worth_a_word(home):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as out:
        done = subprocess.run([PROGRAM, "help"], stdout=out, stderr=subprocess.PIPE, env={"HOME": str(home)}, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (141, b"")


def test_output_that_cannot_be_written_is_an_error(home):
    with open("/dev/full", "wb") as out:
        done = subprocess.run([PROGRAM, "help"], stdout=out, stderr=subprocess.PIPE, env={"HOME": str(home)}, timeout=PATIENCE)
    assert done.returncode == 1 and b"could not be written" in done.stderr


def test_no_verb_starts_the_server(home):
    for words in [(), ("serve",)]:
        with Server(*words, home=home) as server:
            assert server.initialize()["serverInfo"]["name"] == "execkit-mcp"


# doctor


def checks(done):
    report = json.loads(done.out)
    assert set(report) == {"version", "state", "checks"}
    for check in report["checks"]:
        assert set(check) == {"section", "name", "state", "value", "advice"}
        assert check["state"] in ("ok", "warn", "broken", "off") and check["section"] in ("program", "ssh", "settings", "clients")
    return {check["name"]: check for check in report["checks"]}


def test_doctor_finds_nothing_broken_in_a_fresh_home(home):
    done = execkit(home, "doctor")
    assert (done.code, done.err) == (0, ""), done.out
    assert "[FAIL]" not in done.out and BINARY in done.out
    found = checks(execkit(home, "doctor", "--json"))
    assert found["home"]["value"] == f"{home} (from HOME)"
    assert found["shell"]["state"] == found["processes"]["state"] == found["output"]["state"] == "ok"
    documented = re.findall(r"^\| `(EXECKIT_MCP_\w+)` \|", (TOP / "docs/operator-settings.md").read_text(), re.M)
    assert documented and set(documented) <= set(found)
    assert list(home.iterdir()) == []


def test_doctor_is_broken_when_something_configured_is(home):
    policy = home / "policy.json"
    policy.write_text('{\n "deny": [,]\n}')
    policy.chmod(0o600)
    variables = {
        "EXECKIT_MCP_EXEC_TIMEOUT": "soon", "EXECKIT_MCP_AUDIT": str(home / "no" / "a.jsonl"),
        "EXECKIT_MCP_POLICY_FILE": str(policy), "EXECKIT_MCP_SESION_TTL": "5",
    }
    done = execkit(home, "doctor", "--json", **variables)
    found = checks(done)
    assert done.code == 1
    assert {name for name, check in found.items() if check["state"] == "broken"} == {
        "EXECKIT_MCP_EXEC_TIMEOUT", "EXECKIT_MCP_AUDIT", "EXECKIT_MCP_POLICY_FILE",
    }
    assert found["EXECKIT_MCP_POLICY_FILE"]["advice"].startswith(f"{policy}:2:")
    assert found["EXECKIT_MCP_SESION_TTL"]["state"] == "warn"
    assert "EXECKIT_MCP_SESSION_TTL" in found["EXECKIT_MCP_SESION_TTL"]["advice"]
    text = execkit(home, "doctor", **variables)
    assert text.code == 1 and text.out.count("[FAIL]") == 3
    assert "soon" not in text.out


def test_doctor_and_the_server_agree_on_what_is_broken(home):
    for name, value in [("EXECKIT_MCP_EXEC_TIMEOUT", "soon"), ("EXECKIT_MCP_AUDIT", str(home / "no" / "a.jsonl"))]:
        assert execkit(home, "doctor", **{name: value}).code == 1
        assert execkit(home, **{name: value}).code == 1
        assert execkit(home, "serve", **{name: value}).code == 1


def test_doctor_says_what_ssh_has(home):
    found = checks(execkit(home, "doctor", "--json"))
    assert re.fullmatch(r"1\.\d+\.\d+ \(/.*/libssh2\.so\.1\)", found["libssh2"]["value"])
    for name, algorithm in [
        ("key exchange", "curve25519-sha256"), ("host keys", "ssh-ed25519"), ("ciphers", "aes256-ctr"), ("MACs", "hmac-sha2-256"),
    ]:
        assert algorithm in found[name]["value"].split()
    assert found["RSA keys"]["state"] == ("ok" if "rsa-sha2-256" in found["host keys"]["value"].split() else "off")
    assert found["ssh-agent"]["state"] == "off"
    known = home / "known"
    known.write_text("# mine\nhost ssh-ed25519 AAAA\n")
    known.chmod(0o600)
    told = checks(execkit(home, "doctor", "--json", EXECKIT_MCP_KNOWN_HOSTS=str(known), SSH_AUTH_SOCK=str(home / "none")))
    assert told["EXECKIT_MCP_KNOWN_HOSTS"]["value"] == f"{known} (0 usable lines)"
    assert "line 2 cannot be read" in told["EXECKIT_MCP_KNOWN_HOSTS"]["advice"]
    assert told["ssh-agent"]["state"] == "warn"
    known.chmod(0o666)
    open_to_all = checks(execkit(home, "doctor", "--json", EXECKIT_MCP_KNOWN_HOSTS=str(known)))["EXECKIT_MCP_KNOWN_HOSTS"]
    assert open_to_all["state"] == "warn" and "no server is known without it" in open_to_all["advice"]


def test_doctor_asks_a_real_agent(home):
    agent = shutil.which("ssh-agent")
    if not agent:
        pytest.skip("ssh-agent is not installed")
    socket = home / "agent"
    running = subprocess.Popen([agent, "-D", "-a", str(socket)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while not socket.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        found = checks(execkit(home, "doctor", "--json", SSH_AUTH_SOCK=str(socket)))["ssh-agent"]
        assert (found["state"], found["value"]) == ("ok", f"answers at {socket}: 0 usable keys")
    finally:
        running.kill()
        running.wait()


# A machine without libssh2, or with one that is too old: the dynamic linker is given another one.


def with_libssh2(place, source):
    place.mkdir()
    library = place / "libssh2.so.1"
    if source is None:
        library.write_bytes(b"no library")
    else:
        (place / "a.c").write_text(source)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(place / "a.c")], check=True, timeout=PATIENCE)
    return {"LD_LIBRARY_PATH": str(place)}


@pytest.mark.parametrize("source, word", [(None, "is not installed"), ("int libssh2_init(int a) { return a; }", "lacks libssh2_")])
def test_without_a_usable_libssh2_everything_else_runs(home, source, word):
    variables = with_libssh2(home / "lib", source)
    done = execkit(home, "doctor", "--json", **variables)
    found = checks(done)
    assert done.code == 0 and found["libssh2"]["state"] == "off"
    assert word in found["libssh2"]["advice"] and "libssh2-1" in found["libssh2"]["advice"]
    assert "ciphers" not in found
    with legacy_server(home=home, env=variables) as server:
        assert "here" in json.dumps(server.run(server.session(), "echo here"))


def test_the_program_does_not_link_libssh2():
    needed = subprocess.run(["readelf", "-d", PROGRAM], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
    assert "libc.so" in needed and "libssh2" not in needed


# setup


def test_setup_lists_the_clients(home):
    done = execkit(home, "setup")
    assert done.code == 0
    for client in ["claude", "cursor", "codex", "gemini", "vscode", "opencode", "windsurf", "zed"]:
        assert re.search(rf"^  {client} ", done.out, re.M)


def test_setup_prints_the_entry_and_changes_nothing(home):
    done = execkit(home, "setup", "cursor")
    assert done.code == 0
    assert json.loads(done.out)["mcpServers"]["execkit"]["command"] == BINARY
    assert ".cursor/mcp.json" in done.err
    toml = execkit(home, "setup", "codex")
    assert "[mcp_servers.execkit]" in toml.out and f'command = "{BINARY}"' in toml.out
    claude = execkit(home, "setup", "claude")
    assert f"claude mcp add execkit -s user -- {BINARY}" in claude.err
    assert list(home.iterdir()) == []


ENTRY = {"type": "stdio", "command": BINARY, "args": []}


def without_entry(text, entry):
    """`text` with the inserted `entry` cut out again."""
    assert text.count(entry) == 1, text
    return text.replace(entry, "")


def test_setup_writes_json_and_keeps_every_other_byte(home):
    file = home / ".cursor" / "mcp.json"
    file.parent.mkdir()
    old = '{\n   "mcpServers" : {\n      "other": {"command":"x" , "n": 1.50e2}\n   },\r\n "z":[ 1,2 ]\n}\n\n'
    file.write_bytes(old.encode())
    file.chmod(0o640)
    done = execkit(home, "setup", "cursor", "--write")
    assert (done.code, done.err) == (0, "")
    new = file.read_bytes().decode()
    assert json.loads(new)["mcpServers"]["execkit"] == ENTRY
    start = old.index("1.50e2}") + len("1.50e2}")
    assert new.startswith(old[:start]) and new.endswith(old[start:])
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    backups = [path for path in file.parent.iterdir() if path != file]
    assert [path.read_bytes().decode() for path in backups] == [old]
    assert str(backups[0]) in done.out
    again = execkit(home, "setup", "cursor", "--write")
    assert again.code == 0 and "nothing to do" in again.out and file.read_bytes().decode() == new
    assert checks(execkit(home, "doctor", "--json"))["cursor"]["state"] == "ok"
    file.write_text(new.replace(BINARY, "/opt/older"))
    assert checks(execkit(home, "doctor", "--json"))["cursor"]["state"] == "warn"


def test_setup_writes_json_with_comments(home):
    file = home / ".config" / "zed" / "settings.json"
    file.parent.mkdir(parents=True)
    old = '// my settings\n{\n  /* theme */ "theme": "One", // keep\n  "context_servers": {\n    // none yet\n  },\n}\n'
    file.write_text(old)
    done = execkit(home, "setup", "zed", "--write")
    assert done.code == 0, done.err
    new = file.read_text()
    for comment in ["// my settings\n", "/* theme */", "// keep\n", "// none yet\n"]:
        assert new.count(comment) == 1
    assert f'"{BINARY}"' in new
    # What was added is one piece: the old text is left when it is taken out.
    added = len(new) - len(old)
    assert any(new[:at] + new[at + added :] == old for at in range(len(old) + 1))


def test_setup_writes_toml(home):
    file = home / ".codex" / "config.toml"
    file.parent.mkdir()
    old = '# mine\nmodel = "o9"   # best\n\n[mcp_servers.other]\ncommand = \'x\'\n'
    file.write_text(old)
    assert execkit(home, "setup", "codex", "--write").code == 0
    new = file.read_text()
    assert new.startswith(old) and "[mcp_servers.execkit]" in new[len(old) :]
    if sys.version_info >= (3, 11):
        import tomllib

        assert tomllib.loads(new)["mcp_servers"]["execkit"]["command"] == BINARY
        assert tomllib.loads(new)["mcp_servers"]["other"] == {"command": "x"}
    assert checks(execkit(home, "doctor", "--json"))["codex"]["state"] == "ok"


def test_setup_makes_a_missing_file_private(home):
    done = execkit(home, "setup", "gemini", "--write")
    file = home / ".gemini" / "settings.json"
    assert done.code == 0 and str(file) in done.out
    assert json.loads(file.read_text())["mcpServers"]["execkit"]["command"] == BINARY
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["{ not json", '{"mcpServers": []}', ""])
def test_setup_leaves_a_file_it_cannot_understand(home, text):
    file = home / ".cursor" / "mcp.json"
    file.parent.mkdir()
    file.write_text(text)
    done = execkit(home, "setup", "cursor", "--write")
    if text:
        assert done.code == 1 and str(file) in done.err
        assert file.read_text() == text and list(file.parent.iterdir()) == [file]
        assert checks(execkit(home, "doctor", "--json"))["cursor"]["state"] == "warn"
    else:
        assert done.code == 0 and "execkit" in file.read_text()


def test_setup_follows_no_link_and_shows_what_it_does_not_edit(home):
    (home / "real.json").write_text("{}")
    (home / ".cursor").mkdir()
    (home / ".cursor" / "mcp.json").symlink_to(home / "real.json")
    done = execkit(home, "setup", "cursor", "--write")
    assert done.code == 1 and "symbolic link" in done.err and (home / "real.json").read_text() == "{}"
    assert execkit(home, "setup", "continue", "--write").code == 1
    assert BINARY in execkit(home, "setup", "continue").out


# audit


def record(home, **variables):
    """Three commands and their record, written by the server."""
    with legacy_server(home=home, env=variables) as server:
        session = server.session()
        server.run(session, "printf 'one\\n'")
        server.run(session, "exit_code() { return 7; }; exit_code")
        server.run(session, "printf '\\033[31mred\\033[0m' >&2")
        server.ok("session_destroy", session_id=session)
    return session


@pytest.fixture
def log(home):
    path = home / "audit.jsonl"
    session = record(home, EXECKIT_MCP_AUDIT=str(path))
    return path, session


def records(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_audit_verify_finds_a_log_whole_as_the_other_verifier_does(home, log):
    path, _ = log
    done = execkit(home, "audit", "verify", str(path))
    assert (done.code, done.err) == (0, "") and f"{path}: whole, {len(records(path))} records\n" in done.out
    other = TOP / "Tests/AuditLogTests/verify_audit.py"
    said = subprocess.run([sys.executable, str(other), str(path)], capture_output=True, timeout=PATIENCE).stdout
    assert said.decode() == f"ok {path}\n"
    relative = execkit(home, "audit", "verify", "./x/../audit.jsonl")
    assert relative.code == 0 and relative.out == done.out
    configured = execkit(home, "audit", "verify", EXECKIT_MCP_AUDIT=str(path))
    assert configured.code == 0 and configured.out == done.out


def test_audit_verify_names_the_first_bad_record(home, log):
    path, _ = log
    lines = path.read_bytes().splitlines(keepends=True)

    def verdict(*changed):
        path.write_bytes(b"".join(changed))
        return execkit(home, "audit", "verify", str(path))

    edited = verdict(*lines[:4], lines[4].replace(b'"ts":1', b'"ts":2', 1), *lines[5:])
    assert edited.code == 1 and "record 4 (line 5)" in edited.out
    deleted = verdict(*lines[:3], *lines[4:])
    assert deleted.code == 1 and "record 3 (line 4)" in deleted.out
    swapped = verdict(*lines[:3], lines[4], lines[3], *lines[5:])
    assert swapped.code == 1 and "record 3 (line 4)" in swapped.out
    cut = verdict(*lines[:-2])
    assert cut.code == 1 and f"record {len(lines) - 2} " in cut.out and "cut off" in cut.out
    torn = verdict(*lines[:-1], lines[-1][:20])
    assert torn.code == 1 and f"record {len(lines) - 1} " in torn.out
    assert verdict(*lines).code == 0
    (home / "audit.jsonl.head").unlink()
    assert execkit(home, "audit", "verify", str(path)).code == 1


def test_audit_verify_holds_a_log_against_a_head_kept_elsewhere(home, log):
    path, _ = log
    head = re.search(r"head (\S+)", execkit(home, "audit", "verify", str(path)).out)[1]
    assert execkit(home, "audit", "verify", str(path), "--expect", head).code == 0
    kept = home / "kept"
    shutil.move(path, kept)
    (home / "audit.jsonl.head").unlink()
    record(home, EXECKIT_MCP_AUDIT=str(path))
    assert execkit(home, "audit", "verify", str(path)).code == 0
    forged = execkit(home, "audit", "verify", str(path), f"--expect={head}")
    assert forged.code == 1 and "another log" in forged.out


def test_audit_verify_finds_what_a_directory_lost(home):
    place = home / "audit"
    session = record(home, EXECKIT_MCP_AUDIT_DIR=str(place))
    whole = execkit(home, "audit", "verify", str(place))
    assert whole.code == 0 and "all whole" in whole.out, whole.out
    (log,) = [path for path in place.glob("*.jsonl") if path.name != "index.jsonl"]
    assert log.name.startswith(session)
    shown = execkit(home, "audit", "show", str(place), "--session", session)
    assert shown.code == 0 and "$ printf 'one\\n'\n" in shown.out.replace("'  ", "'\n") and session in shown.out
    (place / "stranger-1.jsonl").write_bytes(log.read_bytes())
    assert "does not know" in execkit(home, "audit", "verify", str(place)).out
    (place / "stranger-1.jsonl").unlink()
    log.unlink()
    gone = execkit(home, "audit", "verify", str(place))
    assert gone.code == 1 and log.name in gone.out and "gone" in gone.out
    (place / "index.jsonl").unlink()
    assert execkit(home, "audit", "verify", str(place)).code == 1


def test_audit_export_gives_the_lines_themselves_filtered(home, log):
    path, session = log
    every = execkit(home, "audit", "export", str(path))
    assert every.code == 0 and every.out.encode() == path.read_bytes()

    def exported(*filters):
        done = execkit(home, "audit", "export", str(path), *filters)
        assert done.code == 0, done.err
        return [json.loads(line) for line in done.out.splitlines()]

    everything = records(path)
    starts = exported("--type", "exec_start")
    assert len(starts) == 3 and {entry["type"] for entry in starts} == {"exec_start"}
    assert exported("--session", session) == [entry for entry in everything if entry.get("session") == session]
    assert exported("--session", "nobody") == []
    failed = exported("--result", "failed")
    assert [entry["exit_code"] for entry in failed] == [7]
    assert len(exported("--result", "ok,failed", "--type", "exec_end")) == 3
    assert exported("--limit", "2") == everything[-2:]
    assert exported("--type=exec_start", "--limit=1") == starts[-1:]
    assert exported("--since", "1h") == everything and exported("--until", "1h") == []
    assert exported("--since", "2999-01-01") == [] and exported("--until", "2999-01-01T00:00:00+02:00") == everything
    middle = everything[len(everything) // 2]["ts"]
    stamp = subprocess.run(["date", "-u", "-d", f"@{middle // 1000}", "+%Y-%m-%dT%H:%M:%S"], capture_output=True, check=True)
    moment = f"{stamp.stdout.decode().strip()}.{middle % 1000:03}Z"
    assert exported("--since", moment) == [entry for entry in everything if entry["ts"] >= middle]
    assert exported("--until", moment) == [entry for entry in everything if entry["ts"] <= middle]


def test_audit_show_is_fit_for_a_terminal(home, log):
    path, session = log
    done = execkit(home, "audit", "show", str(path))
    assert done.code == 0 and len(re.findall(r"^\d{4}-\d\d-\d\dT[\d:.]+Z  #", done.out, re.M)) == len(records(path))
    assert session in done.out and "exit_code=7" in done.out and "\n  | one\n" in done.out
    assert all(character == "\n" or character.isprintable() for character in done.out)
    first = records(path)[0]["ts"]
    stamp = subprocess.run(["date", "-u", "-d", f"@{first // 1000}", "+%Y-%m-%dT%H:%M:%S"], capture_output=True, check=True)
    assert done.out.startswith(stamp.stdout.decode().strip())


def test_audit_verbs_say_what_they_cannot_open(home, log):
    path, _ = log
    (home / "link").symlink_to(path)
    for name, said in [("missing", "there is nothing"), ("link", "symbolic link"), ("no/a", "cannot open")]:
        for verb in ["verify", "show", "export"]:
            done = execkit(home, "audit", verb, name)
            assert (done.code, done.out) == (1, "") and said in done.err, done.err
    nothing = execkit(home, "audit", "verify")
    assert nothing.code == 1 and "EXECKIT_MCP_AUDIT" in nothing.err


def written(path, records):
    """A log as docs/audit-format.md says, made without the program: `records` are pairs of a time and members."""
    identity, previous, lines = "ab" * 16, "0" * 64, []
    first = (records[0][0], {"type": "begin", "format": 1, "file": identity, "name": path.name})
    for number, (time, members) in enumerate([first, *records]):
        record = {"seq": number, "ts": time, **members, "prev": previous}
        text = json.dumps(record, separators=(",", ":"))
        previous = hashlib.sha256(text.encode()).hexdigest()
        lines.append(f'{text[:-1]},"hash":"{previous}"}}\n')
    path.write_text("".join(lines))
    head = json.dumps({"file": identity, "seq": len(records), "hash": previous}, separators=(",", ":"))
    path.with_name(path.name + ".head").write_text(head.ljust(191) + "\n")
    for file in (path, path.with_name(path.name + ".head")):
        file.chmod(0o600)


def test_a_log_written_from_the_specification_verifies_and_its_times_are_right(home):
    moments = [
        "1970-01-01T00:00:00.000", "1969-12-31T23:59:59.999", "2000-02-29T12:00:00.001", "2100-03-01T00:00:00.000",
        "2024-12-31T23:59:59.999", "2026-01-02T03:04:05.678", "1900-02-28T23:59:59.000", "9999-12-31T23:59:59.999",
    ]
    zero = datetime.datetime(1970, 1, 1)
    times = [(datetime.datetime.fromisoformat(text) - zero) // datetime.timedelta(milliseconds=1) for text in moments]
    path = home / "made.jsonl"
    written(path, [(time, {"type": "open", "session": f"s{index}"}) for index, time in enumerate(times)])
    assert execkit(home, "audit", "verify", "made.jsonl").code == 0
    shown = execkit(home, "audit", "show", "made.jsonl", "--type", "open").out
    assert [line.split("  ")[0] for line in shown.splitlines()] == [text + "Z" for text in moments]
    for index, text in enumerate(moments):
        for moment in [text + "Z", text]:
            one = execkit(home, "audit", "export", "made.jsonl", "--type=open", "--since", moment, "--until", moment).out
            assert [json.loads(line)["session"] for line in one.splitlines()] == [f"s{index}"]
    # 2000-02-29T12:00:00.001Z with an offset, and as a day.
    for since, until in [("2000-02-29T14:30:00+02:30", "2000-02-29T06:00:01-06:00"), ("2000-02-29", "2000-02-29")]:
        one = execkit(home, "audit", "export", "made.jsonl", "--since", since, "--until", until).out
        assert [json.loads(line)["session"] for line in one.splitlines()] == ["s2"]


@pytest.mark.parametrize("time", ["2026-02-29", "2026-13-01", "2026-1-1", "2026-01-01T24:00", "2026-01-01T", "7w", "h", "-1h", "2026-01-01T00:00+2"])
def test_a_time_that_is_none_is_refused(home, time):
    assert execkit(home, "audit", "show", "x", f"--since={time}").code == 2


def test_audit_show_writes_out_what_would_steer_a_terminal(home):
    hostile = "a\x1b]0;x\x07\u202eb\u2028c\x9b31m\r\nd\u200f"
    path = home / "made.jsonl"
    members = {"type": "exec_end", "session": hostile, "command": hostile, hostile: hostile, "stdout": hostile * 30, "stderr": "e\n"}
    written(path, [(1, members)])
    assert execkit(home, "audit", "verify", "made.jsonl").code == 0
    shown = execkit(home, "audit", "show", "made.jsonl").out
    assert all(character == "\n" or character.isprintable() for character in shown)
    assert "... 11 more lines" in shown and shown.endswith("\n  ! e\n")


def test_the_newest_records_of_a_directory_go_by_time(home):
    place = home / "logs"
    place.mkdir()
    written(place / "b-1.jsonl", [(time, {"type": "open", "session": f"b{time}"}) for time in (10, 30, 50)])
    written(place / "a-2.jsonl", [(time, {"type": "open", "session": f"a{time}"}) for time in (20, 40, 60)])
    for limit, expected in [("3", ["a40", "b50", "a60"]), ("6", ["b10", "a20", "b30", "a40", "b50", "a60"])]:
        done = execkit(home, "audit", "export", "logs", "--type=open", f"--limit={limit}")
        assert [json.loads(line)["session"] for line in done.out.splitlines()] == expected
    os.chmod(place / "b-1.jsonl", 0)
    (place / "c.jsonl").mkdir()
    partly = execkit(home, "audit", "export", "logs", "--type=open")
    assert partly.code == 1 and "c.jsonl" in partly.err and '"a20"' in partly.out


# policy


def policy_file(home, text):
    path = home / "policy.json"
    path.write_text(text)
    path.chmod(0o600)
    return str(path)


def test_policy_list_shows_the_rules_and_what_the_file_makes_of_them(home):
    done = execkit(home, "policy", "list")
    assert done.code == 0
    documented = re.findall(r"^\| `([a-z-]+)` \|", (TOP / "docs/policy.md").read_text().split("## Built-in rules")[1], re.M)
    assert documented
    for rule in documented:
        assert re.search(rf"^(deny|ask )  {rule} ", done.out, re.M), rule
    path = policy_file(home, '{"builtin": {"shutdown": "off"}, "deny": ["nc", "ncat"]}')
    under = execkit(home, "policy", "list", EXECKIT_MCP_POLICY_FILE=path)
    assert under.code == 0 and re.search(r"^off   shutdown .*\[standard: deny\]$", under.out, re.M)
    assert re.search(r"^deny +2$", under.out, re.M)


def test_policy_check_loads_the_example(home):
    done = execkit(home, "policy", "check", policy_file(home, (TOP / "policy.example.json").read_text()))
    assert done.code == 0 and re.search(r"^deny_patterns +1$", done.out, re.M)


@pytest.mark.parametrize(
    "text, place",
    [
        ('{\n  "deny": ["a",]\n}', ":2:16: "),
        ('{"deny": [], "deny": []}', ":1:"),
        ('{"denied": []}', ": denied: no policy has this field"),
        ('{"deny": ["a", 7]}', ": deny[1]: must be"),
        ('{"deny": ["a b"]}', ": deny[0]: "),
        ('{"deny": [{"reason": "x"}]}', ": deny[0].program: is missing"),
        ('{"deny": [{"program": "rm", "match": ["rm x", "ls"]}]}', ": deny[0].match[1]: "),
        ('{"deny": [{"program": "rm", "not_match": ["sudo rm x"]}]}', ": deny[0].not_match[0]: "),
        ('{"deny_patterns": ["ok", "a(b"]}', ": deny_patterns[1]: not a pattern"),
        ('{"deny_patterns": ["(a{1000}){1000}"]}', ": deny_patterns[0]: "),
        ('{"builtin": {"limits": "off"}}', ": builtin.limits: "),
        ('{"builtin": {"nothing": "off"}}', ": builtin.nothing: "),
        ("[]", ": must be an object"),
    ],
)
def test_policy_check_names_the_exact_place(home, text, place):
    path = policy_file(home, text)
    done = execkit(home, "policy", "check", path)
    assert (done.code, done.out) == (1, "") and f"{path}{place}" in done.err, done.err
    # The server says the same and does not start.
    served = execkit(home, EXECKIT_MCP_POLICY_FILE=path)
    assert served.code == 1 and f"{path}{place}" in served.err, served.err


def test_policy_check_refuses_a_file_that_others_can_write(home):
    path = policy_file(home, "{}")
    os.chmod(path, 0o620)
    done = execkit(home, "policy", "check", path)
    assert done.code == 1 and "group or others can write" in done.err
    assert execkit(home, "policy", "check", str(home / "missing")).code == 1


def test_policy_test_gives_the_verdict_and_its_reason(home):
    path = policy_file(
        home,
        json.dumps(
            {"ask": ["ssh"], "deny": [{"program": "nc", "reason": "No network."}], "deny_patterns": [{"pattern": "--for+ce"}]}
        ),
    )

    def test(command):
        return execkit(home, "policy", "test", path, command)

    assert (test("ls -l").code, test("ls -l").out) == (0, "allow\n")
    asked = test("ssh host ls")
    assert asked.code == 3 and asked.out.startswith("ask\n") and "operator:ask[0]" in asked.out
    denied = test("echo a | env nc host 1")
    assert denied.code == 4 and denied.out.startswith("deny\n")
    assert "operator:deny[0]" in denied.out and "No network." in denied.out
    assert test("git push --force").code == 4 and test("git push --fore").code == 0
    assert "builtin:remove-root" in test("rm -rf /").out
    assert test("--version").code == 0
