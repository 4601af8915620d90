"""What both versions of the official SDK are driven with: the program in a scratch home, and the scenario they share."""

import inspect
import os
import pathlib
import tempfile

import anyio
from execkit_client import PROGRAM
from mcp import StdioServerParameters
from vault_support import Vault, digest, digest_of, needs_programs, scratch

PATIENCE = 300
TOOLS = {"session_create", "session_exec", "session_job", "session_output", "session_list", "session_destroy"}
TOOLS |= {"status", "list-projects", "list-secrets", "get-current-project", "run-with-secrets"}


class Home:
    """A scratch home with the settings of a server that is started in it."""

    def __init__(self, **settings):
        self.scratch = tempfile.TemporaryDirectory(prefix="execkit-sdk-")
        self.path = pathlib.Path(self.scratch.name)
        self.settings = settings

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.scratch.cleanup()

    def parameters(self):
        environment = {"HOME": str(self.path), "PATH": os.environ["PATH"], **self.settings}
        return StdioServerParameters(command=PROGRAM, args=[], env=environment, cwd=str(self.path))


def run(main):
    """Runs an asynchronous test, with a deadline far above what a slow machine needs."""

    async def bounded():
        with anyio.fail_after(PATIENCE):
            await main()

    anyio.run(bounded)


async def until(condition):
    """Polls until a condition, asynchronous or not, holds."""
    while True:
        found = condition()
        if await found if inspect.isawaitable(found) else found:
            return
        await anyio.sleep(0.02)


def field(result, name):
    """A field of a result under the name that either version of the SDK gives it."""
    snake = "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)
    return getattr(result, name) if hasattr(result, name) else getattr(result, snake)


class Agent:
    """The tools, called as an agent calls them. The SDK holds each result against the tool's output schema."""

    def __init__(self, call_tool):
        self.call_tool = call_tool

    async def ok(self, tool, **arguments):
        result = await self.call_tool(tool, arguments)
        assert not field(result, "isError"), result
        return field(result, "structuredContent")

    async def fails(self, tool, **arguments):
        result = await self.call_tool(tool, arguments)
        assert field(result, "isError") is True, result
        return result.content[0].text

    async def session(self):
        return (await self.ok("session_create", transport="local"))["session_id"]


async def every_tool(agent):
    """One use of each tool, with every optional field of a result at least once."""
    session = await agent.session()
    result = await agent.ok("session_exec", session_id=session, command="cd /usr; echo out; echo err >&2; false")
    assert (result["stdout"], result["stderr"], result["exit_code"], result["cwd"]) == ("out\n", "err\n", 1, "/usr")
    result = await agent.ok("session_exec", session_id=session, command="cat; pwd", stdin="text\n")
    assert result["stdout"] == "text\n/usr\n"
    budget = {"grep": {"pattern": "9", "context": 1}, "keep": {"mode": "head_tail", "head": 2, "tail": 2}, "max_chars": 500}
    result = await agent.ok("session_exec", session_id=session, command="seq 1 100", budget=budget)
    assert result["budget"]["stdout"]["lines_total"] == 100
    result = await agent.ok("session_exec", session_id=session, command="seq 1 100000")
    assert result["truncated"] is True
    part = await agent.ok("session_output", output_id=result["output_id"], offset=50_000, limit=2)
    assert part["text"] == "50001\n50002\n" and part["next_offset"] == 50_002
    found = await agent.ok("session_output", output_id=result["output_id"], grep={"pattern": "^777$"})
    assert "777" in found["text"] and found["lines_total"] == 100_000
    result = await agent.ok("session_exec", session_id=session, command="echo PASSWORD=" + "hunter2hunter2", timeout_secs=600)
    assert result["redactions"] and "hunter2" not in str(result)
    result = await agent.ok("session_exec", session_id=session, command="sleep 1000", timeout_secs=1)
    assert result["timed_out"] is True and result["exit_code"] == 124

    command = "while read line; do echo got $line; done; exit 5"
    started = await agent.ok("session_exec", session_id=session, command=command, background=True)
    job = started["job_id"]
    listed = (await agent.ok("session_list"))["sessions"]
    assert [(s["session_id"], [j["job_id"] for j in s["jobs"]]) for s in listed] == [(session, [job])]
    await agent.ok("session_job", job_id=job, action="write", input="one\n", close_input=True)

    async def ended():
        return not (await agent.ok("session_job", job_id=job, action="poll"))["running"]

    await until(ended)
    read = await agent.ok("session_job", job_id=job, action="read", budget={"keep": {"mode": "tail", "n": 1}})
    assert read["stdout"] == "got one\n" and read["exit_code"] == 5
    endless = await agent.ok("session_exec", session_id=session, command="yes", background=True)
    stopped = await agent.ok("session_job", job_id=endless["job_id"], action="stop")
    assert stopped["job_id"] == endless["job_id"]

    assert "session_list" in await agent.fails("session_exec", session_id="none", command="ls")
    assert "command" in await agent.fails("session_exec", session_id=session)
    last = await agent.ok("session_exec", session_id=session, command="echo bye; exit 3")
    assert last["session_closed"] and last["exit_code"] == 3
    other = await agent.session()
    assert await agent.ok("session_destroy", session_id=other) == {"destroyed": True}
    assert (await agent.ok("session_list"))["sessions"] == []


class VaultHome:
    """A home with a vault of two secrets, and the server's parameters for its project."""

    def __enter__(self):
        needs_programs()
        self.place = scratch()
        self.vault = Vault(self.place.name)
        self.vault.set("API_TOKEN", "--description", "of the shop", "--tag", "api")
        self.vault.set("SIGNING_KEY", "--expires", "2999-01-01")
        return self

    def __exit__(self, *_):
        self.vault.lock()
        self.place.cleanup()

    def parameters(self):
        return StdioServerParameters(command=PROGRAM, args=[], env=self.vault.settings, cwd=str(self.vault.project))


async def every_vault_tool(agent, vault):
    """One use of each tool on the vault, with every optional field of a result at least once."""
    status = await agent.ok("status")
    assert status["locked"] is False and status["secrets"] == 2
    assert (await agent.ok("list-projects", pattern="sh*"))["projects"][0]["name"] == "shop"
    first = await agent.ok("list-secrets", limit=1)
    assert first["truncated"] is True
    rest = await agent.ok("list-secrets", cursor=first["nextCursor"])
    assert [secret["key"] for secret in first["secrets"] + rest["secrets"]] == ["API_TOKEN", "SIGNING_KEY"]
    assert (await agent.ok("get-current-project"))["projectName"] == "shop"
    result = await agent.ok("run-with-secrets", command=digest_of("API_TOKEN"))
    assert result["stdout"] == digest(vault.values["API_TOKEN"]) and result["secrets"] == ["API_TOKEN"]
    result = await agent.ok("run-with-secrets", command=["sh", "-c", "kill -9 $$"], secrets=["SIGNING_KEY"], delivery="file")
    assert result["signal"] == "SIGKILL" and result["hint"]
    result = await agent.ok("run-with-secrets", command=["seq", "1", "100000"], secrets=[])
    assert result["truncated"] is True and (await agent.ok("session_output", output_id=result["outputId"]))["text"]
    result = await agent.ok("run-with-secrets", command=["seq", "1", "100"], secrets=[], budget={"keep": {"mode": "head", "n": 1}})
    assert result["budget"]["stdout"]["lines_total"] == 100
    assert (await agent.ok("run-with-secrets", command=["sleep", "1000"], secrets=[], timeoutSeconds=1))["timedOut"] is True
    assert "NO_SUCH" in await agent.fails("run-with-secrets", command=["true"], secrets=["NO_SUCH"])
    vault.lock()
    locked = await agent.ok("status")
    assert locked["locked"] is True and locked["hint"]
    assert "execkit unlock" in await agent.fails("run-with-secrets", command=["true"], secrets=["API_TOKEN"])


WAITING = "echo one; while [ ! -e go ]; do sleep 0.05; done; echo two"


class Progress:
    """Lets the command go on once its partial output has arrived while it was running."""

    def __init__(self, home):
        self.home, self.values, self.seen = home, [], ""

    async def __call__(self, progress, total, message):
        self.values.append(progress)
        self.seen += message or ""
        if "one" in self.seen:
            (self.home.path / "go").touch()


async def progress_arrives(agent_session, call_tool, home):
    progress = Progress(home)
    arguments = {"session_id": agent_session, "command": WAITING}
    result = await call_tool("session_exec", arguments, progress_callback=progress)
    assert field(result, "structuredContent")["stdout"] == "one\ntwo\n"
    assert "one" in progress.seen and progress.values == sorted(set(progress.values))
