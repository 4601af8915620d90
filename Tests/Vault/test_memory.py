"""A session of real work, and no secret outside of protected memory: not at any stop, not in a core image.

The program is traced, and its memory searched at each of its calls to write, to sync, to wait, to start or become another
program, and at its end, for the passwords, the values and every key, in every encoding. Other tests hold it while it waits.
"""

import base64
import binascii
import json
import os
import pathlib
import secrets
import subprocess
import sys
import time

import pytest
from memory_scan import NAMES, Needles, Traced, can_trace, core_image, encodings, regions, scan
from vault_support import PATIENCE, PROGRAM, needs

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "VaultTests"))
import vault_twin as twin  # noqa: E402

pytestmark = [
    pytest.mark.skipif(not can_trace(), reason="the memory of a hardened program can only be read with CAP_SYS_PTRACE"),
    pytest.mark.skipif(NAMES is None, reason="the numbers of the system calls of this machine are not known here"),
]


def made_up():
    """A secret of no known shape, with characters that encodings change, and no words: those stand in every program."""
    return f"{secrets.token_urlsafe(9)}+{secrets.token_hex(10)}=ü{secrets.token_urlsafe(6)}&".encode()


def key_material(person, password):
    """Every key of the vault, opened by the twin: name to bytes."""
    db = twin.sqlite3.connect(f"file:{person.home}/vault.db?mode=ro", uri=True)
    db.row_factory = twin.sqlite3.Row
    vault = db.execute("SELECT * FROM vault").fetchone()
    row = db.execute("SELECT * FROM key_seal WHERE purpose = 'password'").fetchone()
    master = twin.derive(
        password, row["kdf_memory_kib"], row["kdf_passes"], row["kdf_lanes"], row["kdf_output_length"], twin.decode(row["kdf_salt"]))
    der = twin.unseal(master, row["frame"], twin.seal_binding("password", vault["vault_id"], row))
    private = twin.serialization.load_der_private_key(der, None)
    numbers = private.private_numbers()
    keys = {"master key": master}
    for name in ("p", "q", "d", "dmp1", "dmq1", "iqmp"):
        number = getattr(numbers, name)
        data = number.to_bytes((number.bit_length() + 7) // 8, "big")
        keys[f"RSA {name}"], keys[f"RSA {name}, little-endian"] = data, data[::-1]
    for project in db.execute("SELECT * FROM project").fetchall():
        label = twin.parts("execkit/project-key/1", vault["vault_id"], project["uid"], project["key_generation"])
        keys[f"project key {project['key_generation']}"] = private.decrypt(twin.decode(project["wrapped_key"]), twin.oaep(label))
    db.close()
    return keys


class Session:
    """Runs commands under a trace, and remembers the passwords and values they were given."""

    def __init__(self, person):
        self.person = person
        self.password = made_up()
        self.secrets = {"password": self.password}
        self.stops = 0
        self.bytes = 0
        self.found = {}

    def value(self, name):
        self.secrets[name] = made_up()
        return self.secrets[name]

    def run(self, *arguments, stdin=b"", new_password=None, by_variable=False, becomes=False):
        """Gives the output. `becomes`: the command turns into another program, whose memory is its own."""
        descriptors, writers, arguments = {}, [], [PROGRAM, *map(str, arguments)]

        def feed(number, data):
            reading, writing = os.pipe()
            os.set_blocking(writing, False)
            assert os.write(writing, data) == len(data)
            os.close(writing)
            descriptors[number] = reading

        feed(0, stdin)
        inside = arguments.index("--") if "--" in arguments else len(arguments)
        if not by_variable:
            feed(7, self.password + b"\n")
            arguments[inside:inside] = ["--password-fd", "7"]
        if new_password:
            feed(8, new_password + b"\n")
            arguments[inside:inside] = ["--new-password-fd", "8"]
        output = self.person.root / "output"
        with open(output, "wb") as out, open(self.person.root / "errors", "wb") as err:
            descriptors[1], descriptors[2] = out.fileno(), err.fileno()
            password = self.password.decode() if by_variable else None
            traced = Traced(arguments, self.person.environment(password), self.person.project, descriptors)
            for number in set(descriptors) - {1, 2}:
                os.close(descriptors[number])
            needles = Needles(self.secrets)
            known = {}
            for stop in traced.stops():
                found, seen = scan(traced.pid, needles, known)
                self.stops += 1
                self.bytes += seen
                for label in found:
                    self.found.setdefault(label, f"{arguments[1]} at {stop}")
        assert traced.status == 0, (arguments[1:], traced.status, (self.person.root / "errors").read_bytes())
        return output.read_bytes()


def test_a_session_of_real_work_leaves_nothing_outside_protected_memory(person):
    session = Session(person)
    dotenv = b"B='" + session.value("dotenv value") + b"'\nC=\"" + session.value("quoted value") + b"\"\n"
    (person.project / ".env").write_bytes(dotenv)
    session.run("init", "--import", "--delete-source")
    # From here on the keys are looked for, too.
    session.secrets |= {f"{name} 1": key for name, key in key_material(person, session.password).items()}
    one = session.value("value from standard input")
    session.run("set", "A", "--stdin", stdin=one + b"\n")
    assert session.run("get", "A", "--stdout") == one
    (person.root / "value").write_bytes(session.value("value from a file"))
    session.run("set", "A", "--file", person.root / "value", "--scope", "server", by_variable=True)
    text = json.dumps({"D": session.value("JSON value").decode(), "E": session.value("escaped\tvalue").decode()}).encode()
    session.run("import", "-", "--format", "json", stdin=text)
    session.run("import", "-", "--format", "yaml", stdin=b"F: '" + session.value("YAML value") + b"'\nG: |\n  " + session.value("block") + b"\n")
    session.run("import", "-", "--format", "json", "--dry-run", stdin=text)
    for form in ("dotenv", "json", "yaml", "shell"):
        assert session.secrets["YAML value"][:5] in session.run("export", "--format", form, "--stdout")
    assert session.run("run", "--", "sh", "-c", 'printf %s "$B"') == session.secrets["dotenv value"]
    assert session.run("run", "--only", "A", "--", "true", by_variable=True) == b""
    session.run("rename", "A", "H")
    session.run("tag", "H", "--add", "t")
    session.run("restore", "H", "--version", "1")
    session.run("scan", "--require-values")
    session.run("rekey")
    session.secrets |= {f"{name} 2": key for name, key in key_material(person, session.password).items()}
    session.run("passwd", new_password=session.value("new password"))
    session.password = session.secrets["new password"]
    session.secrets |= {f"{name} 3": key for name, key in key_material(person, session.password).items()}
    session.run("vault", "check")
    assert session.run("get", "H", "--stdout") == one
    assert not session.found, json.dumps(session.found, indent=1)
    # It did look: at many stops, and at each of them all of the program's writable memory.
    assert session.stops > 100 and session.bytes / session.stops > 500_000, (session.stops, session.bytes)


@pytest.fixture
def held(vault):
    """Starts a program that waits, and gives it once it does."""
    processes = []

    def start(arguments, ready, **more):
        process = subprocess.Popen(
            list(map(str, arguments)), cwd=vault.project, env=vault.environment(None), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, start_new_session=True, **more)
        processes.append(process)
        deadline = time.monotonic() + PATIENCE
        while not ready(process.pid):
            assert process.poll() is None, process.returncode
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return process.pid

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def waits_in(*calls):
    """Whether a process waits in one of these calls of the kernel, by number: it is `pid syscall arguments`."""
    def check(pid):
        words = pathlib.Path(f"/proc/{pid}/syscall").read_text().split()
        return words[0] != "running" and NAMES.get(int(words[0]), "read" if words[0] in ("0", "63") else "") in calls
    return check


def looked_at(pid, secrets_, path):
    """What is found in the memory of a process, and in its core image where a debugger is there."""
    needles = Needles(secrets_)
    found, seen = scan(pid, needles)
    assert seen > 1_000_000
    core = needles.find(core_image(pid, path)) if os.path.exists("/usr/bin/gdb") else set()
    return found, core


PRETENDER = """
import base64, binascii, os, sys, urllib.parse
value = os.environb.pop(b"A")
kept = {
    "hex": binascii.hexlify(value), "HEX": binascii.hexlify(value).upper(), "base64": base64.b64encode(b"x" + value),
    "base64url": base64.urlsafe_b64encode(b"xy" + value), "URL": urllib.parse.quote_from_bytes(value, safe="").encode(),
    "UTF-16LE": value.decode().encode("utf-16-le"), "UTF-16BE": value.decode().encode("utf-16-be"),
    "UTF-32": value.decode().encode("utf-32-le"), "reversed": value[::-1],
}
open(sys.argv[1], "w").close()
sys.stdin.read()
"""


def test_the_search_finds_what_is_there(vault, held):
    """The same search over a program that keeps a value in every form: each is found, in memory and in the core image."""
    value = made_up()
    vault.set("A", value)
    ready = vault.root / "ready"
    python = os.path.realpath(sys.executable)
    reading, writing = os.pipe()
    os.write(writing, vault.environment()["EXECKIT_VAULT_PASSWORD"].encode() + b"\n")
    os.close(writing)
    pid = held(
        [PROGRAM, "run", "--password-fd", reading, "--", python, "-c", PRETENDER, ready], lambda pid: ready.exists(), pass_fds=(reading,))
    os.close(reading)
    found, core = looked_at(pid, {"A": value}, vault.root / "core")
    for form in encodings(value):
        assert any(label.startswith(f"A ({form})") for label in found), (form, found)
    if core:
        assert {f"A ({form})" for form in encodings(value)} <= core


def test_nothing_leaks_while_it_waits(vault, held):
    """For another store with values already opened, for a full pipe, for the value to be set, for a new password."""
    password = vault.environment()["EXECKIT_VAULT_PASSWORD"].encode()
    opened, resolved = made_up(), made_up()
    vault.set("A", opened)
    vault.set("B", "op://a/b/first")
    vault.set("C", "op://a/b/second")
    vault.set("BIG", made_up() * 3000)
    gate = vault.root / "gate"
    os.mkfifo(gate)
    vault.tool("op", f'#!/bin/sh\ncase "$3" in *first) printf %s \'{resolved.decode()}\';; *) cat {gate};; esac\n')
    known = {"password": password, "opened": opened, "resolved": resolved} | key_material(vault, password)

    def handed(data):
        reading, writing = os.pipe()
        os.write(writing, data + b"\n")
        os.close(writing)
        return reading

    empty, never_written = os.pipe()
    cases = []
    one, two, three, four = (handed(password) for _ in range(4))
    cases.append((["run", "--only", "A", "B", "C", "--password-fd", one, "--", "true"], ("poll", "ppoll"), (one,)))
    cases.append((["get", "BIG", "--stdout", "--password-fd", two], ("write",), (two,)))
    cases.append((["set", "D", "--stdin", "--password-fd", three], ("read",), (three,)))
    cases.append((["passwd", "--password-fd", four, "--new-password-fd", empty], ("read",), (four, empty)))
    for index, (arguments, calls, descriptors) in enumerate(cases):
        pid = held([PROGRAM, *arguments], waits_in(*calls), pass_fds=descriptors)
        assert os.readlink(f"/proc/{pid}/exe") == os.path.realpath(PROGRAM)
        # It does hold secrets, in memory that even root does not read.
        assert any("secretmem" in name or {"lo", "dd"} <= flags for _, _, _, name, flags in regions(pid))
        found, core = looked_at(pid, known, vault.root / f"core-{index}")
        assert not found and not core, (arguments, found, core)
    for descriptor in (one, two, three, four, empty, never_written):
        os.close(descriptor)


def test_a_crash_leaves_no_core_file(vault, held):
    """The kernel writes none, whatever the limit: the program is not dumpable."""
    reading, writing = os.pipe()
    os.write(writing, b"x\n")
    pid = held([PROGRAM, "set", "A", "--stdin", "--password-fd", reading], waits_in("read"), pass_fds=(reading,))
    limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
    assert [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core file size")] == [["0", "0"]]
    os.close(reading), os.close(writing)
