"""The program that holds the vault for the agent's server, over a socket pair as the server has it."""

import json
import os
import secrets
import signal
import socket
import struct
import subprocess

import pytest
from memory_scan import NAMES, Needles, can_trace, scan
from vault_support import PASSWORD, PATIENCE, PROGRAM

KEEPER = os.environ.get("EXECKIT_KEEPER_BIN", os.path.join(os.path.dirname(PROGRAM), "execkit-keeper"))
pytestmark = pytest.mark.skipif(not os.access(KEEPER, os.X_OK), reason=f"no program at {KEEPER}: run ./scripts/build")


class Keeper:
    def __init__(self, person, **environment):
        self.socket, other = socket.socketpair()
        self.socket.settimeout(PATIENCE)
        self.next = 0
        self.origin = str(person.project)
        # Where the server's environment has the password, the keeper does not use it.
        self.process = start(person, other.fileno(), stderr=subprocess.PIPE, **environment)
        other.close()

    def ask(self, kind, **fields):
        self.next += 1
        self.send({"version": 1, "id": self.next, "kind": kind, **fields})
        reply, values = self.reply()
        assert reply["id"] == self.next
        return reply, values

    def send(self, message):
        data = json.dumps(message).encode()
        self.socket.sendall(struct.pack(">II", len(data), 0) + data)

    def reply(self):
        count, following = struct.unpack(">II", self.take(8))
        return json.loads(self.take(count)), self.take(following)

    def take(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            assert piece, "the keeper closed its socket"
            data += piece
        return data

    def open(self, *keys, **more):
        fields = {
            "run": "ab", "keys": list(keys), "program": "/usr/bin/true", "command": ["true"], "origin": self.origin, "purpose": "run",
            **more}
        reply, values = self.ask("open", **fields)
        if reply["kind"] != "opened":
            assert values == b""
            return reply
        rest, found = values, {}
        for entry in reply["entries"]:
            found[entry["key"]], rest = rest[: entry["byteCount"]], rest[entry["byteCount"] :]
        assert rest == b""
        return {**reply, "values": found}

    def end(self):
        self.socket.close()
        return self.process.wait(PATIENCE)


def start(person, descriptor, *arguments, password=None, **more):
    """The program with a descriptor of ours as its number 3."""
    environment = {name: more.pop(name) for name in list(more) if name.isupper()}
    keep = os.dup(descriptor)

    def prepare():
        os.dup2(keep, 3)

    try:
        return subprocess.Popen(
            [KEEPER, *arguments], env=person.environment(password, **environment), preexec_fn=prepare, close_fds=False,
            stdin=subprocess.DEVNULL, **more)
    finally:
        os.close(keep)


@pytest.fixture
def keeper(vault):
    vault.set("A", "value of A")
    vault.ok("unlock")
    keeper = Keeper(vault)
    yield keeper
    if keeper.process.poll() is None:
        keeper.end()


def test_values_come_over_the_socket_alone_and_the_log_says_so(vault, keeper):
    opened = keeper.open("A")
    assert opened["values"] == {"A": b"value of A"}
    assert keeper.ask("ended", receipt=opened["receipt"], exitCode=0, outcome="exited")[0]["kind"] == "acknowledged"
    end, begin = vault.json("log", "--limit", "2")["actions"]
    assert (begin["action"], end["action"]) == ("mcp.run_with_secrets", "mcp.run_ended")
    assert begin["detail"]["keys"] == ["A"] and end["detail"]["receipt"] == begin["seq"] == opened["receipt"]
    assert keeper.end() == 0
    assert keeper.process.stderr.read() == b""


def test_it_is_hardened(vault, tmp_path):
    left = open(tmp_path / "left open", "w")
    os.set_inheritable(left.fileno(), True)
    descriptor = left.name
    keeper = Keeper(vault)
    keeper.ask("status")
    own = f"/proc/{keeper.process.pid}"
    if os.geteuid() != 0:
        # Of a process that is not dumpable, these belong to root (proc(5)).
        assert os.stat(f"{own}/environ").st_uid == 0
    limits = open(f"{own}/limits").read()
    assert [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core")] == [["0", "0"]]
    if os.geteuid() == 0:
        links = {int(name): os.readlink(f"{own}/fd/{name}") for name in os.listdir(f"{own}/fd")}
        # Beside the socket, nothing but the vault's own files.
        assert all("/vault.db" in links[number] for number in links if number > 3), links
        assert descriptor not in links.values()


def test_lock_in_a_terminal_ends_it_and_unlock_begins_it_anew(vault, keeper):
    assert keeper.open("A")["values"]
    assert keeper.ask("status")[0]["isUnlocked"] is True
    vault.ok("lock")
    refused = keeper.open("A")
    assert refused["code"] == "locked" and "`execkit unlock`" in refused["message"]
    assert keeper.ask("status")[0]["isUnlocked"] is False
    vault.ok("unlock")
    assert keeper.open("A")["values"] == {"A": b"value of A"}


def test_a_password_in_the_environment_unlocks_nothing_and_is_gone(vault):
    vault.set("A", "value of A")
    vault.run("lock")
    keeper = Keeper(vault, password=PASSWORD)
    assert keeper.open("A")["code"] == "locked"
    if os.geteuid() == 0:
        assert PASSWORD.encode() not in open(f"/proc/{keeper.process.pid}/environ", "rb").read()
    assert keeper.end() == 0


def test_a_store_unlocks_without_a_person(vault):
    vault.set("A", "value of A")
    file = vault.root / "password"
    file.write_text(PASSWORD + "\n")
    file.chmod(0o600)
    vault.ok("unlock", "--remember-in", f"file:{file}")
    vault.ok("lock")
    keeper = Keeper(vault)
    assert keeper.open("A")["values"] == {"A": b"value of A"}
    status = keeper.ask("status")[0]
    assert status["isUnlocked"] and status["source"] == "file" and status["store"] == "file"
    # The person's next command finds it unlocked.
    assert vault.json("status", password=None)["unlocked"] is True
    assert keeper.end() == 0


def test_rules_of_the_person_hold(vault, keeper):
    vault.ok("rule", "set", "A", "--program", "psql")
    assert keeper.open("A")["code"] == "rule"
    assert keeper.open("A", program="/usr/bin/psql")["values"]
    vault.ok("rule", "set", "A", "--ask", "always")
    asked = keeper.open("A", program="/usr/bin/psql")
    assert asked["kind"] == "confirm" and asked["keys"] == ["A"]
    assert keeper.open("A", program="/usr/bin/psql", confirmed=asked["token"])["values"]
    assert keeper.open("A", program="/usr/bin/psql", confirmed=asked["token"])["code"] == "confirmationExpired"


@pytest.mark.parametrize("arguments", [[], ["get", "A"], ["--help"], ["--version"]])
def test_started_by_hand_it_does_nothing(vault, arguments):
    done = subprocess.run([KEEPER, *arguments], env=vault.environment(None), capture_output=True, timeout=PATIENCE)
    assert done.returncode == 64 and done.stdout == b"" and b"execkit-mcp starts it" in done.stderr


def test_only_one_end_of_a_stream_socket_pair_will_do(vault):
    reading, writing = os.pipe()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(b"\0execkit-test-" + secrets.token_hex(8).encode())
    listening.listen()
    datagram, _other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    network = socket.socket()
    for descriptor in (reading, writing, os.open("/dev/null", os.O_RDWR), listening.fileno(), datagram.fileno(), network.fileno()):
        process = start(vault, descriptor, stderr=subprocess.PIPE)
        assert process.wait(PATIENCE) == 64
    ours, other = socket.socketpair()
    process = start(vault, other.fileno(), "status", stderr=subprocess.PIPE)
    assert process.wait(PATIENCE) == 64


@pytest.mark.parametrize("data, status", [
    (b"", 0), (b"\0\0\0", 0), (b"\0\0\0\0\0\0\0\0", 76), (b"\xff" * 8, 76), (b"GET / HTTP/1.1\r\n\r\n", 76), (b"\0\0\0\2\0\0\0\0{}", 76),
    (b"\0\0\0\2\0\0\0\1{}x", 76), (b"\0\0\0\x09\0\0\0\0not JSON!", 76),
])
def test_what_is_no_request_ends_it(vault, data, status):
    keeper = Keeper(vault)
    keeper.socket.sendall(data)
    keeper.socket.shutdown(socket.SHUT_WR)
    assert keeper.process.wait(PATIENCE) == status


def test_it_ends_with_its_server(vault, keeper):
    assert keeper.open("A")["values"]
    # A frame that will never be whole.
    keeper.socket.sendall(b"\0\0\1\0\0\0\0\0{")
    assert keeper.end() == 0


def test_a_server_that_reads_nothing_does_not_make_it_fail(vault, keeper):
    vault.set("BIG", b"x" * 1_000_000)
    for number in range(8):
        keeper.send({
            "version": 1, "id": number, "kind": "open", "run": "ab", "keys": ["BIG"], "program": "/usr/bin/true", "command": ["true"],
            "origin": keeper.origin, "purpose": "run"})
    for number in range(8):
        reply, values = keeper.reply()
        assert reply["id"] == number and values == b"x" * 1_000_000
    keeper.send({"version": 1, "id": 9, "kind": "status"})
    assert keeper.reply()[0]["kind"] == "status"


def test_killed_in_the_middle_the_log_is_whole(vault, keeper):
    for _ in range(20):
        assert keeper.open("A")["values"]
    keeper.process.send_signal(signal.SIGKILL)
    keeper.process.wait(PATIENCE)
    vault.ok("vault", "check")
    rows = vault.json("log", "--limit", "20")["actions"]
    assert [row["action"] for row in rows] == ["mcp.run_with_secrets"] * 20


@pytest.mark.skipif(not can_trace(), reason="the memory of a hardened program can only be read with CAP_SYS_PTRACE")
@pytest.mark.skipif(NAMES is None, reason="the numbers of the system calls of this machine are not known here")
def test_no_value_stays_outside_protected_memory(vault):
    values = {f"K{number}": f"{secrets.token_urlsafe(9)}+{secrets.token_hex(10)}=ü&".encode() for number in range(5)}
    for key, value in values.items():
        vault.set(key, value)
    vault.ok("unlock")
    keeper = Keeper(vault)
    for _ in range(3):
        assert keeper.open(*values)["values"] == values
        found, seen = scan(keeper.process.pid, Needles(values))
        assert not found and seen > 500_000
    assert keeper.end() == 0
