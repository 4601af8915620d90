"""Sessions on a real sshd, with keys, aliases, known hosts, and passwords of a real vault."""

import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import threading
import time

import pytest
from execkit_client import PATIENCE, PROGRAM, Server, legacy_server
from place_support import Sshd, reason_without, sshd
from vault_support import Vault, needs_programs

pytestmark = pytest.mark.skipif(reason_without(sshd) is not None, reason=str(reason_without(sshd)))


@pytest.fixture(scope="module")
def server():
    with legacy_server(env=sshd().settings) as running:
        yield running


def opened(server, **arguments):
    return server.ok("session_create", **{**sshd().arguments, **arguments})


def test_state_streams_codes_and_the_host_key(server, tmp_path):
    made = opened(server, cwd=str(tmp_path), env={"GREETING": "hello there"})
    assert made["transport"] == "ssh:127.0.0.1" and made["host_key"]["fingerprint"].startswith("SHA256:")
    session = made["session_id"]
    first = server.run(session, "pwd; echo $GREETING; echo err >&2; x=5; cd /etc")
    assert (first["stdout"].split(), first["stderr"].strip()) == ([str(tmp_path), "hello", "there"], "err")
    done = server.run(session, "echo $x; (exit 3)")
    assert (done["stdout"].strip(), done["exit_code"], done["cwd"]) == ("5", 3, "/etc")
    assert opened(server)["host_key"]["new"] is False
    server.ok("session_write_file", session_id=session, path=str(tmp_path / "f"), content="x\n")
    assert (tmp_path / "f").read_text() == "x\n"
    assert server.ok("session_read_file", session_id=session, path=str(tmp_path / "f"))["text"] == "x\n"


def test_a_first_use_is_told_and_recorded_and_a_changed_key_refused(tmp_path):
    world = Sshd()
    with legacy_server(env=world.settings) as server:
        made = server.ok("session_create", **world.arguments)
        assert made["host_key"]["new"] is True
        assert server.ok("session_create", **world.arguments)["host_key"]["new"] is False
        known = world.folder / "known_hosts"
        assert known.stat().st_mode & 0o777 == 0o600
        line = known.read_text().split()
        other = (world.folder / "keys/id_ed25519.pub").read_text().split()
        known.write_text(f"{line[0]} {other[0]} {other[1]}\n")
        text = server.fails("session_create", **world.arguments)
        assert "HOST KEY HAS CHANGED" in text and "line 1" in text
        # The refusal tells the new key's fingerprint: pinning that changes nothing.
        fingerprint = made["host_key"]["fingerprint"]
        assert "HOST KEY HAS CHANGED" in server.fails("session_create", **world.arguments, fingerprint=fingerprint)
        known.unlink()
        assert server.ok("session_create", **world.arguments, fingerprint=fingerprint)
        wrong = server.fails("session_create", **world.arguments, fingerprint="SHA256:" + "A" * 43)
        assert "pinned" in wrong and "CHANGED" not in wrong


def test_an_alias_of_the_ssh_config_and_a_jump_host():
    world = Sshd()
    (world.keys / "config").write_text(
        f"Host there\n HostName 127.0.0.1\n Port {world.port}\n User {world.user}\n IdentityFile {world.keys}/id_ed25519\n"
        f"Host over\n HostName 127.0.0.1\n Port {world.port}\n User {world.user}\n ProxyJump there\n")
    (world.keys / "config").chmod(0o600)
    with legacy_server(env=world.settings) as server:
        for host in ("there", "over"):
            made = server.ok("session_create", transport="ssh", host=host)
            assert made["transport"] == f"ssh:{host}"
            assert server.run(made["session_id"], "echo in")["stdout"].strip() == "in"


def test_a_connection_lost_in_mid_command_gives_what_there_was(server, tmp_path):
    session = opened(server, cwd=str(tmp_path))["session_id"]
    parent = int(server.run(session, "n=$$; while read -r k v < /proc/$n/status && [ \"$v\" != sshd ]; do n=$(awk '/^PPid/{print $2}' /proc/$n/status); done; echo $n")["stdout"])
    call = server.call_later("session_exec", {"session_id": session, "command": "echo part >>ran; echo part; sleep 300"})
    deadline = time.monotonic() + PATIENCE
    while not (tmp_path / "ran").exists():
        assert time.monotonic() < deadline
    os.kill(parent, signal.SIGKILL)
    text = json.dumps(server.answer(call)["result"])
    assert "part" in text and "not run again" in text
    assert (tmp_path / "ran").read_text() == "part\n"
    assert "session" in server.fails("session_exec", session_id=session, command="true")
    assert opened(server, cwd=str(tmp_path))


def silent_port():
    """A port that takes connections and says nothing."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    return listener


def flooding_port():
    listener = silent_port()

    def serve():
        try:
            while True:
                connection, _ = listener.accept()
                with connection:
                    while True:
                        connection.sendall(b"x" * 65536)
        except OSError:
            pass

    threading.Thread(target=serve, daemon=True).start()
    return listener


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"user": "nobody-of-this-name"}, ["not let in"]),
        ({"host": "does-not-exist.invalid"}, ["host"]),
        ({"host": "two words"}, ["host"]),
        ({"key_path": "../../etc/passwd"}, ["no usable key"]),
        ({"key_path": "/etc/passwd"}, ["no usable key"]),
        ({"key_path": "missing"}, ["no usable key"]),
        ({"fingerprint": "SHA256:x"}, ["fingerprint"]),
        ({"password": "x", "password_secret": "Y"}, ["password_secret"]),
        ({"passphrase_secret": "Y"}, ["key_path"]),
        ({"cwd": "/not/there"}, ["directory"]),
    ],
)
def test_what_cannot_be_is_refused_in_words(server, arguments, words):
    text = server.fails("session_create", **{**sshd().arguments, **arguments})
    for word in words:
        assert word.lower() in text.lower(), text


def test_a_key_that_is_not_there_cannot_be_told_from_one_that_may_not_be_used(server):
    answers = {server.fails("session_create", **sshd().arguments, key_path=path) for path in ("/etc/passwd", "/etc/nothing", "nothing")}
    assert len(answers) == 1


def test_refused_silent_and_flooding_ports_end_in_time():
    world = Sshd()
    (world.keys / "config").write_text("Host *\n ConnectTimeout 2\n")
    (world.keys / "config").chmod(0o600)
    with legacy_server(env=world.settings) as server, silent_port() as silent, flooding_port() as flooding:
        refused = silent_port()
        port = refused.getsockname()[1]
        refused.close()
        assert "Nothing listens" in server.fails("session_create", **{**world.arguments, "port": port})
        assert "time" in server.fails("session_create", **{**world.arguments, "port": silent.getsockname()[1]})
        assert "no SSH server" in server.fails("session_create", **{**world.arguments, "port": flooding.getsockname()[1]})


PLACE = {"projectId": "shop", "environment": "development"}


@pytest.fixture
def password_server(tmp_path):
    """A server that knows one password, and the password."""
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import paramiko"], capture_output=True).returncode:
        pytest.skip("paramiko is not installed for the system's Python")
    password = secrets.token_hex(20)
    (tmp_path / "password").write_text(password)
    script = pathlib.Path(__file__).resolve().parent.parent / "password_server.py"
    process = subprocess.Popen(
        [python, str(script), str(sshd().folder / "host"), str(tmp_path / "password")], stdout=subprocess.PIPE, text=True,
        start_new_session=True)
    yield {"transport": "ssh", "host": "127.0.0.1", "port": int(process.stdout.readline()), "user": "ann"}, password
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_secret_is_a_password_for_known_hosts_only_and_is_never_seen(tmp_path, password_server):
    needs_programs()
    wish, password = password_server
    vault = Vault(tmp_path)
    vault.set("SSH_PASSWORD", value=password)
    vault.set("OTHER_PASSWORD")
    record = tmp_path / "audit.jsonl"
    known = tmp_path / "known_hosts"
    settings = {**sshd().settings, "EXECKIT_MCP_KNOWN_HOSTS": str(known), "EXECKIT_MCP_AUDIT": str(record)}
    wish = {**wish, "secrets_from": PLACE}
    with vault.server(env=settings) as server:
        # The agent chooses the host: neither trust on first use nor a fingerprint that it brings along is enough.
        assert "not known" in server.fails("session_create", **wish, password_secret="SSH_PASSWORD")
        pinned = server.fails("session_create", **wish, password_secret="SSH_PASSWORD", fingerprint="SHA256:" + "A" * 43)
        assert "known_hosts" in pinned and not known.exists()
        # Nor is a first use that the agent made before.
        assert "Not let in" in server.fails("session_create", **{**wish, "key_path": "id_ed25519"})
        assert known.read_text().split()[3] == "execkit-first-use"
        assert "execkit-first-use" in server.fails("session_create", **wish, password_secret="SSH_PASSWORD")
        # Compared by the person.
        known.write_text(known.read_text().replace(" execkit-first-use", ""))
        assert "refused" in server.fails("session_create", **wish, password_secret="OTHER_PASSWORD")
        assert "NOT_THERE" in server.fails("session_create", **wish, password_secret="NOT_THERE")
        session = server.ok("session_create", **wish, password_secret="SSH_PASSWORD")["session_id"]
        said = json.dumps(server.run(session, f"echo {password} | rev; echo {password}"))
        assert "[REDACTED:SSH_PASSWORD]" in said
        vault.assert_hidden(bytes(server.received))
        vault.assert_hidden(bytes(server.stderr))
    vault.assert_hidden(record.read_bytes())
    assert "login_secrets" in record.read_text()


def test_a_passphrase_of_the_vault_opens_a_key(tmp_path):
    needs_programs()
    vault = Vault(tmp_path)
    passphrase = vault.set("KEY_PASSPHRASE")
    world = Sshd()
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", passphrase, "-f", str(world.keys / "id_ed25519")], check=True)
    with vault.server(env=world.settings) as server:
        assert "encrypted" in server.fails("session_create", **world.arguments, key_path="id_ed25519")
        made = server.ok(
            "session_create", **world.arguments, key_path="id_ed25519", passphrase_secret="KEY_PASSPHRASE",
            secrets_from=PLACE)
        assert server.run(made["session_id"], "echo in")["stdout"].strip() == "in"
        vault.assert_hidden(bytes(server.received))


def test_a_password_that_was_an_argument_is_not_shown_again():
    world = Sshd("PasswordAuthentication yes")
    with legacy_server(env=world.settings) as server:
        password = "correct-horse-battery-staple-97"
        assert "refused" in server.fails("session_create", **world.arguments, password=password)
        session = server.session()
        assert password not in json.dumps(server.run(session, f"echo {password} | rev | rev"))


def test_sixty_four_sessions_at_once_on_one_server():
    world = Sshd()
    with legacy_server(env={**world.settings, "EXECKIT_MCP_MAX_SESSIONS": "64"}) as server:
        calls = [server.call_later("session_create", world.arguments) for _ in range(64)]
        names = [server.answer(call)["result"]["structuredContent"]["session_id"] for call in calls]
        calls = [server.call_later("session_exec", {"session_id": name, "command": f"echo {number}"}) for number, name in enumerate(names)]
        for number, call in enumerate(calls):
            assert server.answer(call)["result"]["structuredContent"]["stdout"].strip() == str(number)


def test_the_operators_password_comes_on_a_descriptor_and_goes_to_known_hosts_only(tmp_path, password_server):
    wish, password = password_server
    known = tmp_path / "known_hosts"
    record = tmp_path / "audit.jsonl"
    settings = {
        **sshd().settings, "EXECKIT_MCP_KNOWN_HOSTS": str(known), "EXECKIT_MCP_SSH_PASSWORD": "fd3", "EXECKIT_MCP_AUDIT": str(record),
        "PROGRAM": PROGRAM, "PASSWORD_FILE": str(tmp_path / "password"),
    }
    wrapper = tmp_path / "wrapper"
    wrapper.write_text('#!/bin/sh\nexec 3<"$PASSWORD_FILE"; unset PASSWORD_FILE; exec "$PROGRAM" "$@"\n')
    wrapper.chmod(0o755)
    with Server(env=settings, program=str(wrapper)) as server:
        server.initialize()
        assert "not known" in server.fails("session_create", **wish, operator_password=True)
        key = (sshd().folder / "host.pub").read_text().split()
        known.write_text(f"[127.0.0.1]:{wish['port']} {key[0]} {key[1]}\n")
        assert "known_hosts" in server.fails("session_create", **wish, operator_password=True, fingerprint="SHA256:" + "A" * 43)
        session = server.ok("session_create", **wish, operator_password=True)["session_id"]
        assert "[REDACTED:ssh-password]" in json.dumps(server.run(session, f"echo {password} | rev; echo {password}"))
        local = server.session()
        # Neither a command nor the environment has it.
        assert server.run(local, "cat <&3; ls /proc/$PPID/fd; env")["stdout"].count(password) == 0
        assert password.encode() not in bytes(server.received) + bytes(server.stderr)
    assert password.encode() not in record.read_bytes()


def test_a_password_that_was_promised_and_does_not_come_stops_the_start():
    with Server(env={"EXECKIT_MCP_SSH_PASSWORD": "fd3"}) as server:
        server.process.wait(PATIENCE)
        assert server.process.returncode == 1 and b"descriptor 3" in server.stderr


def test_without_an_operators_password_a_call_for_it_says_so(server):
    assert "EXECKIT_MCP_SSH_PASSWORD" in server.fails("session_create", **sshd().arguments, operator_password=True)


def test_a_login_is_on_record_before_it_is_tried_and_without_a_record_not_tried(tmp_path):
    world = Sshd()
    record = tmp_path / "audit.jsonl"
    with legacy_server(env={**world.settings, "EXECKIT_MCP_AUDIT": str(record)}) as server:
        server.fails("session_create", **{**world.arguments, "user": "nobody-of-this-name"})
        kinds = [json.loads(line) for line in record.read_text().splitlines()]
        tried = next(entry for entry in kinds if entry["type"] == "connect")
        assert (tried["host"], tried["port"], tried["user"], tried["credential"]) == ("127.0.0.1", world.port, "nobody-of-this-name", "keys")
        assert kinds.index(tried) < [entry["type"] for entry in kinds].index("open_failed")
    known = tmp_path / "known"
    with legacy_server(
            env={**world.settings, "EXECKIT_MCP_AUDIT": str(tmp_path / "small"), "EXECKIT_MCP_KNOWN_HOSTS": str(known)},
            file_size_limit=700) as server:
        assert "record" in server.fails("session_create", **world.arguments)
        assert not known.exists()
