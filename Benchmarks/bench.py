"""End-to-end figures over standard input and output: ours and the peer in turn, and the floor beside both."""

import argparse
import array
import fcntl
import json
import os
import select
import socket
import statistics
import subprocess
import tempfile
import termios
import time

import places
import secret_runs
import vault


class Server:
    """A program that speaks MCP, driven with as little work on our side as Python allows."""

    def __init__(self, program, settings=None, started=None):
        self.home = tempfile.TemporaryDirectory(prefix="execkit-bench-")
        environment = {"HOME": self.home.name, "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        environment.update(settings or {})
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
            cwd=self.home.name, bufsize=0,
        )
        self.input = self.process.stdin.fileno()
        self.output = self.process.stdout.fileno()
        self.rest = b""
        self.count = 0
        self.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "b", "version": "1"}})
        self.start_seconds = time.perf_counter() - began
        self.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')

    def write(self, data):
        # The peer loses requests that lie across the border of two of its reads, which are 8 KiB: never let that much wait.
        waiting = array.array("i", [0])
        while True:
            fcntl.ioctl(self.input, termios.FIONREAD, waiting)
            if waiting[0] + len(data) <= 4096 or waiting[0] == 0:
                break
        view = memoryview(data)
        while view:
            view = view[os.write(self.input, view):]

    def line(self):
        while True:
            end = self.rest.find(b"\n")
            if end >= 0:
                line, self.rest = self.rest[:end], self.rest[end + 1:]
                return line
            block = os.read(self.output, 1 << 20)
            if not block:
                raise SystemExit("a server ended in mid-run")
            self.rest += block

    def post(self, method, params):
        self.count += 1
        self.write(json.dumps({"jsonrpc": "2.0", "id": self.count, "method": method, "params": params}).encode() + b"\n")
        return self.count

    def wait(self, wanted):
        wanted = set(wanted)
        found = {}
        while wanted:
            message = json.loads(self.line())
            if message.get("id") in wanted and "method" not in message:
                wanted.discard(message["id"])
                found[message["id"]] = message["result"]
        return found

    def ask(self, method, params):
        number = self.post(method, params)
        return self.wait([number])[number]

    def call(self, tool, **arguments):
        return json.loads(self.ask("tools/call", {"name": tool, "arguments": arguments})["content"][0]["text"])

    def session(self):
        return self.call("session_create", transport="local")["session_id"]

    def raw_exec(self, session, command):
        """One call, without parsing more of the answers than their ids."""
        self.count += 1
        params = {"name": "session_exec", "arguments": {"session_id": session, "command": command}}
        message = json.dumps({"jsonrpc": "2.0", "id": self.count, "method": "tools/call", "params": params}).encode() + b"\n"
        began = time.perf_counter()
        self.write(message)
        while b'"method"' in self.line()[:200]:
            pass
        return time.perf_counter() - began

    def resident(self):
        total = 0
        for pid in family(self.process.pid, os.path.basename(self.process.args[0])):
            with open(f"/proc/{pid}/status") as status:
                for line in status:
                    if line.startswith("VmRSS:"):
                        total += int(line.split()[1])
        return total

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait()
        self.process.stdout.close()
        self.home.cleanup()


def family(pid, name):
    """The process and those of its children that are the same program."""
    found = [pid]
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            for child in children.read().split():
                with open(f"/proc/{child}/comm") as comm:
                    if comm.read().strip() == name[:15]:
                        found.append(int(child))
    except OSError:
        pass
    return found


def p50(values):
    return statistics.median(values)


def exec_latency(program, command, count, settings=None):
    server = Server(program, settings)
    session = server.session()
    for _ in range(20):
        server.raw_exec(session, command)
    figures = [server.raw_exec(session, command) for _ in range(count)]
    server.end()
    return p50(figures)


def create_destroy(program, count):
    server = Server(program)
    figures = []
    for _ in range(count):
        began = time.perf_counter()
        session = server.session()
        server.call("session_destroy", session_id=session)
        figures.append(time.perf_counter() - began)
    server.end()
    return p50(figures)


def many_sessions(program, sessions, calls):
    server = Server(program)
    names = [server.session() for _ in range(sessions)]
    began = time.perf_counter()
    posted = []
    for index in range(calls):
        arguments = {"session_id": names[index % sessions], "command": ":"}
        posted.append(server.post("tools/call", {"name": "session_exec", "arguments": arguments}))
    server.wait(posted)
    seconds = time.perf_counter() - began
    server.end()
    return seconds


def sleeping_together(program, sessions):
    server = Server(program)
    names = [server.session() for _ in range(sessions)]
    began = time.perf_counter()
    posted = [
        server.post("tools/call", {"name": "session_exec", "arguments": {"session_id": name, "command": "sleep 0.2"}})
        for name in names
    ]
    server.wait(posted)
    seconds = time.perf_counter() - began
    server.end()
    return seconds


FLOOD = "head -c 100000000 /dev/zero | tr '\\0' 'x' | fold -w 99"


def flood(program):
    """100 MB of output: seconds, and growth of resident memory in kB."""
    server = Server(program)
    session = server.session()
    server.call("session_exec", session_id=session, command="seq 1 200000")
    before = server.resident()
    began = time.perf_counter()
    server.call("session_exec", session_id=session, command=FLOOD, timeout_secs=600)
    seconds = time.perf_counter() - began
    growth = server.resident() - before
    server.end()
    return seconds, growth


def bare_flood():
    began = time.perf_counter()
    with subprocess.Popen(["bash", "-c", FLOOD], stdout=subprocess.PIPE, bufsize=0) as process:
        while os.read(process.stdout.fileno(), 1 << 20):
            pass
    return time.perf_counter() - began


def start_time(program, count):
    figures = []
    for _ in range(count):
        server = Server(program)
        figures.append(server.start_seconds)
        server.end()
    return p50(figures)


def idle(program):
    server = Server(program)
    server.session()
    time.sleep(0.3)
    kilobytes = server.resident()
    server.end()
    return kilobytes


def bare_spawn(count):
    figures = []
    for _ in range(count):
        began = time.perf_counter()
        pid = os.posix_spawn("/bin/true", ["true"], {})
        os.waitpid(pid, 0)
        figures.append(time.perf_counter() - began)
    return p50(figures)


def bare_bash(count):
    """A bash that answers a line over a socket: what any shell behind any protocol must at least take."""
    ours, theirs = socket.socketpair()
    with subprocess.Popen(["bash", "--norc", "--noprofile"], stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL):
        theirs.close()
        figures = []
        for _ in range(count):
            began = time.perf_counter()
            ours.sendall(b"echo\n")
            ours.recv(16)
            figures.append(time.perf_counter() - began)
        ours.close()
    return p50(figures)


def bare_sleeps(count):
    began = time.perf_counter()
    pids = [os.posix_spawnp("sleep", ["sleep", "0.2"], dict(os.environ)) for _ in range(count)]
    for pid in pids:
        os.waitpid(pid, 0)
    return time.perf_counter() - began


# What the shapes begin with, as far as it is a literal: what any search for them must at least find.
LITERALS = (
    "AKIA ASIA ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- xoxb- xoxa- xoxp- xoxr- xoxs- sk_live_ rk_live_ whsec_ sk-ant- "
    "sk-proj- AIza ya29. GOCSPX- AccountKey= hf_ pypi- npm_ dckr_pat_ SG. shpat_ dop_v1_ sbp_ AGE-SECRET-KEY-1 :// eyJ "
    "Bearer Authorization: password passwd secret token api_key apikey access_key private_key credential"
).split() + ["-----BEGIN "]


def ahocorasick(rooms, kind):
    """GB/s of the Rust ahocorasick_rs package over the same text, for these literals alone."""
    import ahocorasick_rs

    with tempfile.TemporaryDirectory(prefix="execkit-bench-") as scratch:
        path = f"{scratch}/text"
        subprocess.run([rooms, "--text", kind, path], check=True)
        with open(path, encoding="ascii") as file:
            text = file.read()
    automaton = ahocorasick_rs.AhoCorasick(LITERALS)
    figures = []
    for _ in range(3):
        began = time.process_time()
        automaton.find_matches_as_indexes(text)
        figures.append(len(text) / (time.process_time() - began) / 1e9)
    return max(figures)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--peer", required=True)
    parser.add_argument("--rooms")
    parser.add_argument("--vault", help="the person's program")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    ours, peer = options.ours, options.peer
    rows = []

    def row(name, target, measure, unit="µs", scale=1e6, with_peer=True, floor=None):
        mine, theirs, bare = [], [], []
        if options.only not in name:
            return
        for _ in range(options.rounds):
            mine.append(measure(ours) * scale)
            if with_peer:
                theirs.append(measure(peer) * scale)
            if floor:
                bare.append(floor() * scale)
        result = {"name": name, "unit": unit, "ours": p50(mine), "target": target}
        if theirs:
            result["peer"] = p50(theirs)
            result["peer_over_ours"] = result["peer"] / result["ours"]
        if bare:
            result["floor"] = p50(bare)
            result["ours_over_floor"] = result["ours"] / result["floor"]
        rows.append(result)
        if not options.json:
            text = f"{name:46} ours {result['ours']:10.1f} {unit}"
            if theirs:
                text += f"   peer {result['peer']:10.1f}   peer/ours {result['peer_over_ours']:6.2f}"
            if bare:
                text += f"   floor {result['floor']:9.1f}   ours/floor {result['ours_over_floor']:5.2f}"
            print(f"{text}   target: {target}", flush=True)

    row('session_exec ":"', "peer/ours >= 40", lambda p: exec_latency(p, ":", 400), floor=lambda: bare_bash(400))
    row("session_exec /bin/true", "peer/ours >= 10", lambda p: exec_latency(p, "/bin/true", 300), floor=lambda: bare_spawn(300))
    row("create + destroy", "peer/ours >= 3", lambda p: create_destroy(p, 40))
    row("1000 calls over 60 sessions", "peer/ours >= 30", lambda p: many_sessions(p, 60, 1000), "ms", 1e3)
    row("60 sessions sleep 0.2 together", "220 ms", lambda p: sleeping_together(p, 60), "ms", 1e3, floor=lambda: bare_sleeps(60))
    row("100 MB of output", "ours/floor <= 1.3", lambda p: flood(p)[0], "ms", 1e3, floor=bare_flood)
    row("resident growth over 100 MB", "flat", lambda p: max(1, flood(p)[1]), "kB", 1)
    row("idle memory, one session", "at most 2 x the peer", idle, "kB", 1)
    row("start to initialize reply", "5 ms", lambda p: start_time(p, 20), "ms", 1e3)

    places.rows(ours, Server, row)

    audit = tempfile.TemporaryDirectory(prefix="execkit-bench-audit-")
    plain, audited = [], []
    for index in range(options.rounds * 3):
        plain.append(exec_latency(ours, ":", 400))
        audited.append(exec_latency(ours, ":", 400, {"EXECKIT_MCP_AUDIT": f"{audit.name}/{index}.jsonl"}))
    audit.cleanup()
    ratio = p50(audited) / p50(plain)
    rows.append({"name": "audited over unaudited", "ratio": ratio, "target": 1.2})
    if not options.json:
        print(f"{'audited over unaudited session_exec':46} {ratio:.2f}   target: 1.2", flush=True)

    if options.vault and options.only in "execkit vault":
        def vault_row(name, value, unit, target, beside):
            rows.append({"name": name, "value": value, "unit": unit, "target": target, **beside})
            if not options.json:
                shown = "-" if value is None else f"{value:10.2f}"
                extra = "   ".join(f"{key} {figure:.1f}" if isinstance(figure, float) else f"{key} {figure}" for key, figure in beside.items())
                print(f"{name:46} {shown} {unit}   target: {target}   {extra}", flush=True)

        vault.rows(options.vault, options.rounds, vault_row)
        secret_runs.rows(ours, options.vault, options.rounds, Server, bare_spawn, vault_row)

    if options.rooms:
        command = [options.rooms] + (["--json"] if options.json else [])
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if options.json:
            rows += json.loads(output)
        else:
            print(output, end="")
        for kind in ("a build log", "source code", "base64 lines"):
            rate = ahocorasick(options.rooms, kind)
            rows.append({"name": f"ahocorasick_rs on {kind}", "value": rate, "unit": "GB/s"})
            if not options.json:
                print(f"{'ahocorasick_rs on ' + kind:46} {rate:10.2f} GB/s   for comparison", flush=True)
    if options.json:
        print(json.dumps(rows, indent=1))


main()
