"""Rows of sessions elsewhere and of checkpoints: a real sshd and a real container engine on this machine, ours and the peer in turn."""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests/Clients"))
import place_support

FILES = 10_000


class Place:
    """How a program reaches a place: settings of its process, and arguments of session_create."""

    def __init__(self, settings, arguments):
        self.settings = settings
        self.arguments = arguments


def ssh(scratch):
    """A place for each program: the peer has a format of known hosts of its own."""
    world = place_support.sshd()
    arguments = {**world.arguments, "key_path": str(world.keys / "id_ed25519")}

    def place(name):
        return Place({**world.settings, "EXECKIT_MCP_KNOWN_HOSTS": f"{scratch}/known_hosts-{name}"}, arguments)

    return place


def docker(*mounts):
    world = place_support.docker()
    container = world.container(f"bench-{time.monotonic_ns()}", mounts=mounts)
    return lambda name: Place(world.settings, {"transport": "docker", "container": container})


def latency(make_server, program, place, command, count, **arguments):
    server = make_server(program, place.settings)
    session = server.call("session_create", **place.arguments, **arguments)["session_id"]
    for _ in range(10):
        server.raw_exec(session, command)
    figures = [server.raw_exec(session, command) for _ in range(count)]
    server.end()
    return statistics.median(figures)


def connect(make_server, program, place, count):
    server = make_server(program, place.settings)
    figures = []
    for _ in range(count):
        began = time.perf_counter()
        session = server.call("session_create", **place.arguments)["session_id"]
        figures.append(time.perf_counter() - began)
        server.call("session_destroy", session_id=session)
    server.end()
    return statistics.median(figures)


class Workspace:
    """Ten thousand small files in a hundred directories, of which one can be changed."""

    def __init__(self, root):
        self.path = pathlib.Path(root) / "workspace"
        self.changes = 0
        for directory in range(100):
            folder = self.path / f"d{directory}"
            folder.mkdir(parents=True)
            for file in range(FILES // 100):
                (folder / f"f{file}.txt").write_text(f"file {directory}/{file}\n" * 20)

    def change(self):
        self.changes += 1
        (self.path / "d42/f42.txt").write_text(f"change {self.changes}\n")


def checkpoint(make_server, program, place, workspace, count):
    server = make_server(program, place.settings)
    session = server.call(
        "session_create", **place.arguments, workspace=str(workspace.path), auto_snapshot=False)["session_id"]
    server.call("session_checkpoint", session_id=session, label="first")
    # Git trusts a file's time only when a second has passed since; so does everything built on it.
    time.sleep(1.1)
    figures = []
    for number in range(count):
        workspace.change()
        began = time.perf_counter()
        server.call("session_checkpoint", session_id=session, label=f"change {number}")
        figures.append(time.perf_counter() - began)
    server.end()
    return statistics.median(figures)


def git_commit(root, count):
    """What git itself takes in an ordinary repository of the same files."""
    workspace = Workspace(root)
    environment = {"PATH": os.environ["PATH"], "HOME": root, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*arguments):
        subprocess.run(
            ["git", "-c", "user.name=b", "-c", "user.email=b@b", *arguments], cwd=workspace.path, env=environment, check=True,
            capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "first")
    time.sleep(1.1)
    figures = []
    for number in range(count):
        workspace.change()
        began = time.perf_counter()
        git("add", "-A")
        git("commit", "-qm", f"change {number}")
        figures.append(time.perf_counter() - began)
    return statistics.median(figures)


def automatic(make_server, program, workspace, count):
    """What a checkpoint of an unchanged workspace adds to a command, in seconds."""
    local = Place({}, {"transport": "local"})
    plain = latency(make_server, program, local, "x=1", count)
    time.sleep(1.1)
    return latency(make_server, program, local, "x=1", count, workspace=str(workspace.path)) - plain


def rows(ours, make_server, row):
    """Measures by `row`: name, target, a function of the program, unit, scale, and more by name."""
    if missing := place_support.reason_without(place_support.sshd) or place_support.reason_without(place_support.docker):
        print(f"sessions elsewhere: not measured, {missing}", file=sys.stderr)
        return

    def name(program):
        return "ours" if program == ours else "peer"

    with tempfile.TemporaryDirectory(prefix="execkit-bench-") as scratch:
        for label, place in (("ssh", ssh(scratch)), ("docker", docker())):
            row(f'{label} session_exec ":"', "peer/ours >= 5", lambda p, place=place: latency(make_server, p, place(name(p)), ":", 100))
            row(f"{label} session_create", "ours/peer <= 0.7" if label == "ssh" else "-",
                lambda p, place=place: connect(make_server, p, place(name(p)), 15), "ms", 1e3)
        workspace = Workspace(scratch)
        place = docker(workspace.path)
        row("checkpoint, 1 of 10,000 files, docker", "peer/ours >= 2",
            lambda p: checkpoint(make_server, p, place(name(p)), workspace, 7), "ms", 1e3)
        local = Place({}, {"transport": "local"})
        with tempfile.TemporaryDirectory(prefix="execkit-bench-git-") as root:
            figure = []

            def floor():
                if not figure:
                    figure.append(git_commit(root, 15))
                return figure[0]

            row("checkpoint, 1 of 10,000 files, local", "ours/floor <= 1.3",
                lambda p: checkpoint(make_server, p, local, workspace, 15), "ms", 1e3, with_peer=False, floor=floor)
        row("automatic checkpoint, nothing changed", "30 ms",
            lambda p: automatic(make_server, p, workspace, 20), "ms", 1e3, with_peer=False)
