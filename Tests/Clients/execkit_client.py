"""A plain client for tests: it starts the program in a scratch home and speaks lines of JSON with it.

Nothing here waits a fixed time; whatever is awaited has a deadline far above what a slow machine needs.
"""

import atexit
import functools
import json
import os
import pathlib
import queue
import random
import resource
import shutil
import signal
import string
import subprocess
import tempfile
import threading
import time

PROGRAM = os.environ["EXECKIT_MCP_BIN"]
PATIENCE = 120.0
MODERN = "2026-07-28"
LEGACY = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]


def open_place():
    """Where temporary files can be reached by every user: as a rule where they always are."""
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        way = pathlib.Path(place).resolve()
        if all(part.stat().st_mode & 0o001 for part in (way, *way.parents)):
            return place
    raise AssertionError("no directory that everybody can reach")


@functools.cache
def reachable_program():
    """A copy of the program that every user of the machine can start, for tests of what an ordinary user may do."""
    place = pathlib.Path(tempfile.mkdtemp(prefix="execkit-program-", dir=open_place()))
    atexit.register(shutil.rmtree, place)
    place.chmod(0o755)
    shutil.copy(PROGRAM, place / "execkit-mcp")
    (place / "execkit-mcp").chmod(0o755)
    return str(place / "execkit-mcp")


class Gone(Exception):
    """The program closed its output while a message was awaited."""


class Server:
    """One running execkit-mcp. Use it as a context manager."""

    def __init__(self, *arguments, env=None, cwd=None, home=None, raw_stdout=False, file_size_limit=None, unprivileged=False, umask=-1, descriptors=None, program=PROGRAM):
        self.scratch = None
        if home is None:
            self.scratch = tempfile.TemporaryDirectory(prefix="execkit-test-", dir=open_place() if unprivileged else None)
            home = self.scratch.name
        self.home = pathlib.Path(home)
        options = {}
        if unprivileged and os.geteuid() == 0:
            program, options = reachable_program(), {"user": 65534, "group": 65534, "extra_groups": []}
            os.chown(self.home, 65534, 65534)
        self.cwd = pathlib.Path(cwd) if cwd else self.home
        environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "USER": "tester"}
        environment.update(env or {})
        if file_size_limit is not None:
            # Python ignores SIGXFSZ; left so, a write above the limit is the error EFBIG, much like a full disk.
            limit = (file_size_limit, resource.RLIM_INFINITY)
            options["restore_signals"] = False
            options["preexec_fn"] = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        if descriptors is not None:
            options["preexec_fn"] = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, descriptors)
        self.process = subprocess.Popen(
            [program, *arguments],
            umask=umask,
            **options,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=str(self.cwd),
        )
        self.lines = queue.Queue()
        self.received = bytearray()
        self.stderr = bytearray()
        self.kept = []
        self.next_id = 0
        self._readers = [threading.Thread(target=self._drain_stderr, daemon=True)]
        if not raw_stdout:
            self._readers.append(threading.Thread(target=self._drain_stdout, daemon=True))
        for reader in self._readers:
            reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends the program: by the end of its input, or by force when that does not do it."""
        try:
            self.process.stdin.close()
        except OSError:
            pass
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for reader in self._readers:
            reader.join(PATIENCE)
        for stream in (self.process.stdout, self.process.stderr):
            stream.close()
        if self.scratch:
            self.scratch.cleanup()

    def _drain_stdout(self):
        for line in self.process.stdout:
            self.received += line
            self.lines.put(line)
        self.lines.put(None)

    def _drain_stderr(self):
        for block in iter(lambda: self.process.stderr.read1(65536), b""):
            self.stderr += block

    # Lines

    def send_bytes(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        self.send_bytes(json.dumps(message).encode() + b"\n")

    def receive(self, patience=PATIENCE):
        """The next message, in the order the program wrote them."""
        if self.kept:
            return self.kept.pop(0)
        return self._next(patience)

    def _next(self, patience):
        try:
            line = self.lines.get(timeout=patience)
        except queue.Empty:
            raise AssertionError(f"no message within {patience} s; stderr: {bytes(self.stderr)!r}") from None
        if line is None:
            raise Gone(bytes(self.stderr).decode(errors="replace"))
        return json.loads(line)

    def receive_until(self, wanted, patience=PATIENCE):
        """The first message for which `wanted` holds; the others stay in line for `receive`."""
        for index, message in enumerate(self.kept):
            if wanted(message):
                return self.kept.pop(index)
        deadline = time.monotonic() + patience
        while True:
            message = self._next(max(0.1, deadline - time.monotonic()))
            if wanted(message):
                return message
            self.kept.append(message)

    def worker(self):
        """The process that serves; the one that was started guards it."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = []
        wait_until(lambda: found.extend(children.read_text().split()) or found)
        return int(found[0])

    def finish(self):
        """Closes the input, and returns the exit code and everything that was ever written to the client."""
        self.process.stdin.close()
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return code, bytes(self.received) + bytes(self.stderr)

    # Requests

    def new_id(self):
        self.next_id += 1
        return self.next_id

    def request(self, method, params=None, patience=PATIENCE):
        """Sends a request and returns the whole answer."""
        message = {"jsonrpc": "2.0", "id": self.new_id(), "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)
        return self.answer(message["id"], patience)

    def answer(self, request_id, patience=PATIENCE):
        return self.receive_until(lambda m: m.get("id") == request_id and "method" not in m, patience)

    def notify(self, method, params=None):
        message = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)

    def initialize(self, version="2025-11-25", capabilities=None):
        answer = self.request(
            "initialize",
            {
                "protocolVersion": version,
                "capabilities": capabilities or {},
                "clientInfo": {"name": "tests", "version": "1"},
            },
        )
        self.notify("notifications/initialized")
        return answer["result"]

    def call_later(self, tool, arguments=None, meta=None):
        """Sends a tool call and returns its id."""
        request_id = self.new_id()
        params = {"name": tool, "arguments": arguments or {}}
        if meta:
            params["_meta"] = meta
        self.send({"jsonrpc": "2.0", "id": request_id, "method": "tools/call", "params": params})
        return request_id

    def call(self, tool, _patience=PATIENCE, **arguments):
        """Calls a tool and returns its result (`content`, `structuredContent`, `isError`)."""
        answer = self.answer(self.call_later(tool, arguments), _patience)
        assert "result" in answer, answer
        return answer["result"]

    def ok(self, tool, **arguments):
        """Calls a tool that must succeed and returns its structured result."""
        result = self.call(tool, **arguments)
        assert not result.get("isError"), result
        # Revisions before 2025-06-18 have the text only.
        return result.get("structuredContent") or json.loads(result["content"][0]["text"])

    def fails(self, tool, **arguments):
        """Calls a tool that must fail and returns its text."""
        result = self.call(tool, **arguments)
        assert result.get("isError") is True, result
        return result["content"][0]["text"]

    def session(self, **arguments):
        arguments.setdefault("transport", "local")
        return self.ok("session_create", **arguments)["session_id"]

    def run(self, session, command, **arguments):
        return self.ok("session_exec", session_id=session, command=command, **arguments)


def legacy_server(version="2025-11-25", capabilities=None, **options):
    server = Server(**options)
    server.initialize(version, capabilities)
    return server


def ask_capabilities(version="2025-11-25"):
    """What a client declares that can show forms."""
    return {"elicitation": {"form": {}} if version >= "2025-11-25" else {}}


def modern_meta(capabilities=None, **more):
    meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": capabilities or {},
        "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
    }
    meta.update(more)
    return meta


def write_policy(home, policy, name="policy.json", mode=0o600):
    """Writes a policy file and returns the settings that name it."""
    path = pathlib.Path(home) / name
    path.write_text(policy if isinstance(policy, str) else json.dumps(policy))
    path.chmod(mode)
    return {"EXECKIT_MCP_POLICY_FILE": str(path)}


def made_up_token(seed):
    """A token of a well-known shape that nobody ever issued, and the pieces of it that must never be seen."""
    numbers = random.Random(seed)
    body = "".join(numbers.choice(string.ascii_letters + string.digits) for _ in range(36))
    return "gh" + "p_" + body, [body[at : at + 10] for at in range(len(body) - 9)]


def processes_of(pid):
    """Every process below `pid`, itself included, as far as /proc tells."""
    found, parents = {pid}, {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = pathlib.Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry)] = int(fields[1])
    grew = True
    while grew:
        more = {child for child, parent in parents.items() if parent in found} - found
        grew = bool(more)
        found |= more
    return found


def descriptors_of(pid):
    """How many descriptors a process has, by the size that their directory has since Linux 6.2: what is in the directory
    of a process that is not dumpable is shown only to those who may trace every process."""
    return os.stat(f"/proc/{pid}/fd").st_size or len(os.listdir(f"/proc/{pid}/fd"))


def alive(pid):
    """Whether a process exists and is not a zombie."""
    return started(pid) is not None


def started(pid):
    """When a process started, in ticks of the kernel's clock; `None` when it has ended. Numbers are used again."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else int(fields[19])


class Family:
    """Processes that live now, and which of them are left later."""

    def __init__(self, pids):
        self.starts = {pid: start for pid in pids if (start := started(pid)) is not None}

    def left(self):
        return [pid for pid, start in self.starts.items() if started(pid) == start]


def wait_until(condition, patience=PATIENCE):
    """Polls until `condition` holds; fails after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.02)


__all__ = [name for name in dir() if not name.startswith("_")] + ["signal"]
