"""The official Python SDK, version 2, in both protocol eras: its default opens with `server/discover`."""

import warnings

import anyio
import mcp_types as types
import pytest
from execkit_client import MODERN, write_policy
from mcp import Client, MCPError
from sdk_support import TOOLS, Agent, Home, VaultHome, every_tool, every_vault_tool, progress_arrives, run, until

warnings.simplefilter("ignore")
ERAS = ["auto", "legacy", MODERN]


@pytest.fixture(params=ERAS)
def era(request):
    return request.param


@pytest.fixture
def home():
    with Home() as place:
        yield place


def connected(home, era, **options):
    return Client(home.parameters(), mode=era, **options)


def test_it_connects_and_lists_the_tools(home, era):
    async def main():
        async with connected(home, era) as client:
            assert client.protocol_version == ("2025-11-25" if era == "legacy" else MODERN)
            if era != MODERN:
                assert client.server_info.name == "execkit-mcp" and client.instructions
                assert client.server_capabilities.tools is not None
            tools = (await client.list_tools()).tools
            assert {tool.name for tool in tools} >= TOOLS
            assert all(tool.title and tool.output_schema and tool.annotations for tool in tools)
            with pytest.raises(MCPError):
                await client.call_tool("no_such_tool", {})

    run(main)


def test_every_tool_gives_what_its_schema_says(home, era):
    async def main():
        async with connected(home, era) as client:
            await client.list_tools()
            await every_tool(Agent(client.call_tool))

    run(main)


def test_every_vault_tool_gives_what_its_schema_says(era):
    async def main():
        with VaultHome() as place:
            async with connected(place, era) as client:
                await client.list_tools()
                await every_vault_tool(Agent(client.call_tool), place.vault)

    run(main)


def test_progress_carries_partial_output(home, era):
    async def main():
        async with connected(home, era) as client:
            await progress_arrives(await Agent(client.call_tool).session(), client.call_tool, home)

    run(main)


def test_a_cancelled_call_stops_its_command(home, era):
    async def main():
        async with connected(home, era) as client:
            agent = Agent(client.call_tool)
            session = await agent.session()

            async def started(progress, total, message):
                scope.cancel()

            with anyio.CancelScope() as scope:
                arguments = {"session_id": session, "command": "echo up; sleep 1000"}
                await client.call_tool("session_exec", arguments, progress_callback=started)
            assert scope.cancel_called
            assert (await agent.ok("session_exec", session_id=session, command="echo next"))["stdout"] == "next\n"

    run(main)


def test_calls_run_in_parallel(home, era):
    async def main():
        async with connected(home, era) as client:
            agent = Agent(client.call_tool)
            waiting, quick = await agent.session(), await agent.session()
            results = {}

            async def slow():
                command = "while [ ! -e go ]; do sleep 0.05; done; echo slow"
                results["slow"] = await agent.ok("session_exec", session_id=waiting, command=command)

            async with anyio.create_task_group() as group:
                group.start_soon(slow)
                assert (await agent.ok("session_exec", session_id=quick, command="echo quick"))["stdout"] == "quick\n"
                assert "slow" not in results
                (home.path / "go").touch()
            assert results["slow"]["stdout"] == "slow\n"

    run(main)


def test_log_messages_follow_the_level(home):
    async def main():
        heard = []

        async def listen(params):
            heard.append(params)

        async with connected(home, "legacy", logging_callback=listen) as client:
            agent = Agent(client.call_tool)
            session = await agent.session()
            await client.set_logging_level("error")
            await agent.ok("session_exec", session_id=session, command="echo quiet")
            await client.set_logging_level("info")
            await agent.ok("session_exec", session_id=session, command="echo loud")
            # The SDK may hand a message on after the answer that followed it.
            await until(lambda: heard)
            assert ["loud" in str(note.data) for note in heard] == [True]

    run(main)


@pytest.mark.parametrize(
    "action, content, runs",
    [("accept", {"run": True}, True), ("accept", {"run": False}, False), ("decline", None, False), ("cancel", None, False)],
)
def test_the_user_is_asked(era, action, content, runs):
    async def main():
        with Home() as home:
            home.settings.update(write_policy(home.path, {"ask": ["touch"]}))
            asked = []

            async def answer(context, params):
                asked.append(params)
                return types.ElicitResult(action=action, content=content)

            async with connected(home, era, elicitation_callback=answer) as client:
                agent = Agent(client.call_tool)
                session = await agent.session()
                if runs:
                    await agent.ok("session_exec", session_id=session, command="touch made")
                else:
                    assert "not agree" in await agent.fails("session_exec", session_id=session, command="touch made")
            assert len(asked) == 1 and "touch made" in asked[0].message
            assert (home.path / "made").exists() is runs

    run(main)


def test_a_client_that_cannot_ask_is_told_so(era):
    async def main():
        with Home() as home:
            home.settings.update(write_policy(home.path, {"ask": ["touch"]}))
            async with connected(home, era) as client:
                agent = Agent(client.call_tool)
                session = await agent.session()
                assert "cannot ask" in await agent.fails("session_exec", session_id=session, command="touch made")
            assert not (home.path / "made").exists()

    run(main)


def test_a_subscription_is_acknowledged(home):
    async def main():
        async with connected(home, "auto") as client:
            async with client.listen(tools_list_changed=True):
                assert (await client.list_tools()).tools

    run(main)
