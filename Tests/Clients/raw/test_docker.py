"""Sessions in containers of a real engine."""

import threading
import time

import pytest
from execkit_client import PATIENCE, legacy_server, write_policy
from place_support import docker, reason_without

pytestmark = pytest.mark.skipif(reason_without(docker) is not None, reason=str(reason_without(docker)))


@pytest.fixture(scope="module")
def container():
    name = docker().container("plain")
    yield name
    docker().run("rm", "-f", name)


@pytest.fixture(scope="module")
def server():
    with legacy_server(env=docker().settings) as running:
        yield running


def opened(server, container, **arguments):
    return server.ok("session_create", transport="docker", container=container, **arguments)


def test_state_streams_and_codes(server, container):
    made = opened(server, container, cwd="/tmp", env={"GREETING": "hello there"})
    assert made["transport"] == "docker:plain" and "host_key" not in made
    session = made["session_id"]
    assert server.run(session, "pwd; echo $GREETING; echo err >&2; x=5; cd /etc")["stdout"].split("\n")[:2] == ["/tmp", "hello there"]
    done = server.run(session, "echo $x; echo err >&2; (exit 3)")
    assert (done["stdout"].strip(), done["stderr"].strip(), done["exit_code"], done["cwd"]) == ("5", "err", 3, "/etc")
    assert server.run(session, "wc -c", stdin="12345")["stdout"].strip() == "5"
    listed = server.ok("session_list")["sessions"]
    assert {"docker:plain"} == {entry["transport"] for entry in listed if entry["session_id"] == session}
    assert server.ok("session_destroy", session_id=session)["destroyed"] is True


def test_a_command_is_interrupted_in_time_and_the_session_goes_on(server, container):
    session = opened(server, container)["session_id"]
    late = server.run(session, "echo begun; sleep 300", timeout_secs=1)
    assert late["timed_out"] and late["exit_code"] == 124 and late["stdout"].strip() == "begun"
    assert server.run(session, "echo on")["stdout"].strip() == "on"


def test_a_job_runs_beside_and_ends_with_the_session(server, container):
    session = opened(server, container)["session_id"]
    job = server.ok("session_exec", session_id=session, command="echo up; sleep 4321", background=True)["job_id"]
    deadline = time.monotonic() + PATIENCE
    while "up" not in server.ok("session_job", job_id=job, action="poll")["stdout"]:
        assert time.monotonic() < deadline
    server.ok("session_destroy", session_id=session)
    while "sleep 4321" in docker().run("exec", container, "ps"):
        assert time.monotonic() < deadline


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({}, ["container", "docker ps"]),
        ({"container": "-v"}, ["name"]),
        ({"container": "no-such"}, ["no such container"]),
        ({"container": "plain", "cwd": "relative"}, ["cwd"]),
        ({"container": "plain", "cwd": "/not/there"}, ["directory"]),
        ({"container": "plain", "host": "h"}, ["host", "ssh"]),
        ({"container": "plain", "secrets": ["X"]}, ["secrets", "local"]),
    ],
)
def test_what_cannot_be_is_refused_in_words(server, container, arguments, words):
    text = server.fails("session_create", transport="docker", **arguments)
    for word in words:
        assert word.lower() in text.lower(), text


def test_a_container_that_is_stopped_or_removed_in_mid_command_gives_what_there_was(server):
    for name, end in (("halting", ("stop", "-t", "0")), ("leaving", ("rm", "-f"))):
        docker().container(name)
        session = opened(server, name)["session_id"]
        call = server.call_later("session_exec", {"session_id": session, "command": "echo part; sleep 300"})
        threading.Timer(0.5, lambda: docker().run(*end, name)).start()
        result = server.answer(call)["result"]
        text = str(result)
        assert "part" in text, text
        assert "not run again" in text, text
        failed = server.fails("session_exec", session_id=session, command="true")
        assert "session" in failed
    docker().run("rm", "-f", "halting")


def test_an_image_without_a_shell_is_told(server):
    docker().container("bare", "--entrypoint", "/bin/busybox", command=("sleep", "7200"))
    docker().run("exec", "bare", "/bin/busybox", "rm", "/bin/sh")
    assert "shell" in server.fails("session_create", transport="docker", container="bare")
    docker().run("rm", "-f", "bare")


def test_without_a_daemon_or_a_program_it_says_which(tmp_path):
    with legacy_server(env={"DOCKER_HOST": f"unix://{tmp_path}/none.sock"}) as server:
        assert "daemon" in server.fails("session_create", transport="docker", container="x")
    with legacy_server(env={"PATH": str(tmp_path)}) as server:
        assert "PATH" in server.fails("session_create", transport="docker", container="x")


def test_the_fence_and_the_record_hold_there(tmp_path, container):
    settings = write_policy(tmp_path, {"deny": ["curl"]})
    record = tmp_path / "audit.jsonl"
    with legacy_server(env={**settings, **docker().settings, "EXECKIT_MCP_AUDIT": str(record)}) as server:
        session = opened(server, container, deny=["id"])["session_id"]
        assert "curl" in server.fails("session_exec", session_id=session, command="curl x")
        assert "id" in server.fails("session_exec", session_id=session, command="id")
        token = "ghp_" + "a1B2" * 9
        assert token not in str(server.run(session, f"echo {token}"))
    text = record.read_text()
    assert "docker:plain" in text and token not in text
