"""A scripted agent: starts execkit-mcp as an MCP client would, works in a git checkout, and shows the transcript."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap

PROGRAM = sys.argv[1]


class Agent:
    """Speaks MCP over the program's standard input and output."""

    def __init__(self, home, directory):
        environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "EXECKIT_MCP_AUDIT": str(home / "audit.jsonl"),
        }
        self.process = subprocess.Popen(
            [PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=directory, env=environment
        )
        self.count = 0
        self.request(
            "initialize",
            {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "demo", "version": "1"}},
        )

    def request(self, method, params):
        self.count += 1
        message = {"jsonrpc": "2.0", "id": self.count, "method": method, "params": params}
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()
        while True:
            line = self.process.stdout.readline()
            if not line:
                sys.exit("The program ended before it answered.")
            answer = json.loads(line)
            if answer.get("id") == self.count:
                return answer["result"]

    def call(self, tool, **arguments):
        result = self.request("tools/call", {"name": tool, "arguments": arguments})
        return result.get("structuredContent") or {"error": result["content"][0]["text"]}

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def heading(text):
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n## {text}")


def shown(name, text, limit=900):
    if not text:
        return
    if len(text) > limit:
        text = text[: limit // 2] + f"\n[... {len(text) - limit} more characters of this result ...]\n" + text[-limit // 2 :]
    print(textwrap.indent(text.rstrip("\n"), f"  {name} | ", lambda _: True))


def run(agent, session, command, **options):
    print(f"$ {command}")
    result = agent.call("session_exec", session_id=session, command=command, **options)
    shown("out", result.get("stdout", ""))
    shown("err", result.get("stderr", ""))
    if "error" in result:
        shown("refused", result["error"])
        return result
    facts = f"exit {result['exit_code']}, {result['duration_ms']} ms, in {result['cwd']}"
    for fact in ("timed_out", "truncated"):
        if result.get(fact):
            facts += f", {fact}"
    print(f"  {facts}")
    return result


def checkout(directory):
    """A small git project with a history and a failing test."""
    directory.mkdir()
    (directory / "sum.py").write_text("def add(a, b):\n    return a - b\n")
    (directory / "test_sum.py").write_text(
        "from sum import add\n\nassert add(2, 2) == 4, f'add(2, 2) gave {add(2, 2)}'\nprint('ok')\n"
    )
    git = ["git", "-c", "user.name=demo", "-c", "user.email=demo@localhost"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "A sum that is wrong"]):
        subprocess.run(git + words, cwd=directory, check=True)


def main():
    with tempfile.TemporaryDirectory(prefix="execkit-demo-") as scratch:
        home = pathlib.Path(scratch)
        project = home / "project"
        checkout(project)
        agent = Agent(home, project)

        heading("A session is a real shell: directory, variables and functions stay")
        session = agent.call("session_create", transport="local")["session_id"]
        print(f"  session {session}")
        run(agent, session, "git log --oneline && git status --short")
        run(agent, session, "export PYTHONDONTWRITEBYTECODE=1; check() { python3 test_sum.py; }; mkdir -p build && cd build")
        run(agent, session, "pwd; cd ..; echo \"still set: $PYTHONDONTWRITEBYTECODE\"")

        heading("stdout and stderr come apart, and a failing command is a result")
        run(agent, session, "check")
        run(agent, session, "sed -i 's/a - b/a + b/' sum.py && git diff --stat && check")

        heading("A command that takes too long is interrupted, and the session lives on")
        run(agent, session, "echo working; sleep 600", timeout_secs=1)
        run(agent, session, "echo \"alive in $(basename $PWD)\"")

        heading("A flood is cut in the middle, kept whole behind a handle, and can be searched")
        flood = run(agent, session, "seq 1 2000000")
        if "output_id" in flood:
            found = agent.call("session_output", output_id=flood["output_id"], grep={"pattern": "^1234567$", "context": 1})
            shown("found", json.dumps(found, indent=1))

        heading("A credential in the output does not reach the agent")
        run(agent, session, "printf 'token=%s%s\\n' ghp_ 0123456789abcdefghijABCDEFGHIJ456789")

        heading("A long job runs in the background")
        job = agent.call("session_exec", session_id=session, command="for i in 1 2 3; do echo step $i; done", background=True)
        shown("job", json.dumps(job, indent=1))

        agent.call("session_destroy", session_id=session)
        agent.end()

        heading("What happened is on record, and the record proves itself")
        verify = subprocess.run([PROGRAM, "audit", "verify", str(home / "audit.jsonl")], capture_output=True, text=True)
        shown("audit", verify.stdout + verify.stderr)
        if verify.returncode:
            sys.exit("The record does not verify.")
    print("\nNext: claude mcp add execkit -- " + PROGRAM)


main()
