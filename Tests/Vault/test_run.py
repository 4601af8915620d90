"""`run`, `shell`, references to other stores: what the program gets, and what others can see."""

import json
import os
import pathlib
import secrets
import signal
import subprocess
import sys
import time

import pytest
from vault_support import PASSWORD, PATIENCE, PROGRAM, needs


def test_the_environment_is_secrets_and_ten_names(vault):
    vault.set("A", "1")
    out = vault.ok("run", "--", "env", env={"EXTRA": "x", "TZ": "UTC"})
    names = {line.split("=")[0] for line in out.splitlines()}
    assert names == {"A", "PATH", "HOME", "LANG", "TERM", "TZ"}
    out = vault.ok("run", "--keep", "EXTRA", "--", "env", env={"EXTRA": "x"})
    assert "EXTRA=x" in out
    out = vault.ok("run", "--inherit-env", "--", "env", env={"EXTRA": "x", "A": "overridden"})
    assert "EXTRA=x" in out and "A=1" in out
    assert "EXECKIT" not in out and PASSWORD not in out


def test_exit_codes_are_the_programs_own(vault):
    vault.set("A", "1")
    assert vault.run("run", "--", "sh", "-c", "exit 42")[0] == 42
    assert vault.run("run", "--", "sh", "-c", "kill -TERM $$")[0] == -signal.SIGTERM
    assert vault.run("run", "--", "no-such-program")[0] == 127
    (vault.project / "plain").write_text("x")
    for name in ("./plain", "./", str(vault.project / "plain")):
        assert vault.run("run", "--", name)[0] == 126, name
    assert vault.run("run", "--", "./missing")[0] == 127 and vault.run("run", "--", "./missing/x")[0] == 127
    (vault.project / "broken").write_bytes(b"\x7fELFno")
    (vault.project / "broken").chmod(0o755)
    assert vault.run("run", "--", "./broken")[0] == 126
    assert vault.run("run")[0] == 64


def test_standard_input_and_output_are_inherited(vault):
    vault.set("A", "1")
    assert vault.ok("run", "--", "cat", stdin=b"through") == "through"


def test_it_takes_the_place_of_the_program_and_keeps_the_terminal(vault):
    vault.set("A", "1")
    terminal = vault.terminal("run", "--", "sh", "-c", "ps -o pid=,pgid=,tpgid= -p $$; read line; echo got $line", password=PASSWORD)
    terminal.type("hello\n")
    status, shown = terminal.finish()
    assert status == 0 and "got hello" in shown
    pid, group, foreground = [line for line in shown.splitlines() if len(line.split()) == 3][0].split()
    assert int(pid) == terminal.pid and group == foreground


def test_no_descriptor_is_left_open(vault):
    vault.set("A", "1")
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    out = vault.ok("run", "--", "ls", "/proc/self/fd", pass_fds=(writing,))
    assert set(out.split()) <= {"0", "1", "2", "3"}
    os.close(reading), os.close(writing)


def test_selection(vault):
    vault.set("A", "1", "--scope", "client")
    vault.set("B", "2", "--scope", "server")
    vault.set("C", "3")
    show = ["--", "sh", "-c", 'echo "${A-}${B-}${C-}"']
    assert vault.ok("run", *show) == "123\n"
    assert vault.ok("run", "--scope", "server", "--scope", "shared", *show) == "23\n"
    assert vault.ok("run", "--only", "A", "C", *show) == "13\n"
    assert "D" in vault.fails(3, "run", "--only", "A", "D", *show)
    before = len(vault.json("log")["actions"])
    vault.fails(3, "run", "--only", "D", *show)
    assert len(vault.json("log")["actions"]) == before


def test_the_log_row_comes_first_and_has_no_value(vault):
    vault.set("A", "zebra-value")
    vault.ok("run", "--", "true", "argument")
    row = vault.json("log")["actions"][0]
    assert row["action"] == "run.executed"
    assert row["detail"]["command"] == ["true", "argument"] and row["detail"]["keys"] == ["A"]
    assert "zebra-value" not in json.dumps(vault.json("log"))


def test_nothing_runs_when_the_log_cannot_be_written(ordinary):
    ordinary.set("A", "1")
    for path in ordinary.home.iterdir():
        path.chmod(0o400)
    ordinary.home.chmod(0o500)
    try:
        assert "cannot be written" in ordinary.fails(10, "run", "--", "touch", "ran")
        assert not (ordinary.project / "ran").exists()
    finally:
        ordinary.home.chmod(0o700)


def test_no_other_process_sees_a_value(vault):
    value = "in-flight-" + secrets.token_hex(8)
    vault.set("A", value)
    marker = vault.root / "ready"
    process = subprocess.Popen(
        [PROGRAM, "run", "--", "sh", "-c", f"touch {marker}; read x"], cwd=vault.project, env=vault.environment(),
        stdin=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + PATIENCE
    while not marker.exists():
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)
    holders = set()
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        for name in ("cmdline", "environ"):
            try:
                text = (entry / name).read_bytes()
            except OSError:
                continue
            if value.encode() in text:
                holders.add((int(entry.name), name))
            assert PASSWORD.encode() not in text, entry
    process.stdin.close()
    process.wait(PATIENCE)
    assert holders == {(process.pid, "environ")}


def test_shell(vault):
    vault.set("A", "inside")
    script = b'echo "$A $EXECKIT_SHELL $EXECKIT_PROJECT $EXECKIT_ENVIRONMENT"\nexit 5\n'
    assert vault.run("shell", stdin=script, env={"SHELL": "/bin/sh"})[:2] == (5, "inside 1 shop development\n")
    vault.fails(5, "shell", env={"SHELL": "/bin/sh", "EXECKIT_SHELL": "1"})
    vault.ok("shell", "--force", env={"SHELL": "/bin/sh", "EXECKIT_SHELL": "1"})


RECORDER = """#!/bin/sh
printf '%s\\0' "$(basename "$0")" "$@" >> "{log}"
printf '%s\\n' 'resolved value'
"""


def test_references_go_to_the_stores_own_programs(vault):
    log = vault.root / "calls"
    for tool in ("op", "vault", "az", "aws"):
        vault.tool(tool, RECORDER.format(log=log))
    vault.set("A", "op://Work/Shop/key")
    vault.set("B", "vault:secret/shop#key")
    vault.set("C", "azure:shop/key")
    vault.set("D", "aws-sm:shop/key")
    vault.set("E", "vault:just a password")
    out = vault.ok("run", "--", "sh", "-c", 'echo "$A|$B|$C|$D|$E"')
    assert out == "resolved value|resolved value|resolved value|resolved value|vault:just a password\n"
    calls = log.read_bytes().split(b"\0")[:-1]
    assert calls == [
        part.encode() for part in (
            "op read --no-newline op://Work/Shop/key vault kv get -field=key secret/shop "
            "az keyvault secret show --vault-name shop --name key --query value --output tsv "
            "aws secretsmanager get-secret-value --secret-id shop/key --query SecretString --output text").split()]
    assert vault.value("A") == b"op://Work/Shop/key"


def test_a_store_that_fails_stops_the_run(vault):
    vault.tool("op", "#!/bin/sh\necho nope >&2\nexit 1\n")
    vault.set("A", "op://Work/Shop/key")
    assert "op failed" in vault.fails(8, "run", "--", "touch", "ran")
    assert not (vault.project / "ran").exists()
    vault.set("A", "aws-sm:x")
    assert "aws is not installed" in vault.fails(8, "run", "--", "true", env={"PATH": f"{vault.root}/bin:/bin"})


def gpg_home(vault):
    """A key without a passphrase, and a password store of its own."""
    home = vault.root / "gnupg"
    home.mkdir(mode=0o700)
    vault.extra.update(GNUPGHOME=str(home), PASSWORD_STORE_DIR=str(vault.root / "store"))
    environment = vault.environment(None)
    subprocess.run(
        ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "execkit-test@example.invalid", "default", "default", "never"],
        env=environment, check=True, timeout=PATIENCE, capture_output=True)
    subprocess.run(["pass", "init", "execkit-test@example.invalid"], env=environment, check=True, timeout=PATIENCE, capture_output=True)
    return environment


@needs("pass", "gpg")
def test_pass_for_real_as_reference_and_as_keyring(vault):
    environment = gpg_home(vault)
    try:
        subprocess.run(
            ["pass", "insert", "--multiline", "shop/key"], input=b"from pass\nuser: x\n", env=environment, check=True,
            timeout=PATIENCE, capture_output=True)
        vault.set("A", "pass:shop/key")
        assert vault.ok("run", "--", "sh", "-c", 'echo "$A"') == "from pass\n"
        status, out, err = vault.run("unlock", "--remember-in", "pass:execkit/master")
        if status == 5 and "errno" in err:
            pytest.skip("the kernel's key service is not available here")
        assert status == 0, err
        shown = subprocess.run(["pass", "show", "execkit/master"], env=environment, capture_output=True, check=True)
        assert shown.stdout.decode().strip() == PASSWORD
        vault.ok("lock", password=None)
        assert vault.ok("run", "--", "sh", "-c", 'echo "$A"', password=None) == "from pass\n"
        assert vault.json("status", password=None)["password_store"] == "pass"
        # What somebody keeps there already stays.
        subprocess.run(
            ["pass", "insert", "--multiline", "bank/login"], input=b"another\n", env=environment, check=True, timeout=PATIENCE,
            capture_output=True)
        assert "something else" in vault.fails(5, "unlock", "--remember-in", "pass:bank/login")
        shown = subprocess.run(["pass", "show", "bank/login"], env=environment, capture_output=True, check=True)
        assert shown.stdout == b"another\n"
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, timeout=PATIENCE)
