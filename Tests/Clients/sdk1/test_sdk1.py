"""The official Python SDK, version 1: a client with a handshake."""

import contextlib

import anyio
import mcp.types as types
import pytest
from execkit_client import write_policy
from mcp import ClientSession, McpError
from mcp.client.stdio import stdio_client
from sdk_support import TOOLS, Agent, Home, VaultHome, every_tool, every_vault_tool, progress_arrives, run, until


@contextlib.asynccontextmanager
async def connected(home, **callbacks):
    async with stdio_client(home.parameters()) as (reading, writing):
        async with ClientSession(reading, writing, **callbacks) as client:
            client.greeting = await client.initialize()
            await client.list_tools()
            yield client


@pytest.fixture
def home():
    with Home() as place:
        yield place


def test_it_connects_and_lists_the_tools(home):
    async def main():
        async with connected(home) as client:
            assert client.greeting.protocolVersion == types.LATEST_PROTOCOL_VERSION
            assert client.greeting.serverInfo.name == "execkit-mcp" and client.greeting.instructions
            tools = (await client.list_tools()).tools
            assert {tool.name for tool in tools} >= TOOLS
            assert all(tool.title and tool.outputSchema and tool.annotations for tool in tools)
            await client.send_ping()
            with pytest.raises(McpError):
                await client.call_tool("no_such_tool", {})

    run(main)


def test_every_tool_gives_what_its_schema_says(home):
    async def main():
        async with connected(home) as client:
            await every_tool(Agent(client.call_tool))

    run(main)


def test_every_vault_tool_gives_what_its_schema_says():
    async def main():
        with VaultHome() as place:
            async with connected(place) as client:
                await every_vault_tool(Agent(client.call_tool), place.vault)

    run(main)


def test_progress_carries_partial_output(home):
    async def main():
        async with connected(home) as client:
            await progress_arrives(await Agent(client.call_tool).session(), client.call_tool, home)

    run(main)


def test_a_cancelled_call_stops_its_command(home):
    async def main():
        async with connected(home) as client:
            agent = Agent(client.call_tool)
            session = await agent.session()
            number = client._request_id

            async def started(progress, total, message):
                params = types.CancelledNotificationParams(requestId=number, reason="enough")
                note = types.CancelledNotification(method="notifications/cancelled", params=params)
                await client.send_notification(types.ClientNotification(note))
                scope.cancel()

            with anyio.CancelScope() as scope:
                arguments = {"session_id": session, "command": "echo up; sleep 1000"}
                await client.call_tool("session_exec", arguments, progress_callback=started)
            assert scope.cancel_called
            assert (await agent.ok("session_exec", session_id=session, command="echo next"))["stdout"] == "next\n"

    run(main)


def test_log_messages_follow_the_level(home):
    async def main():
        heard = []

        async def listen(params):
            heard.append(params)

        async with connected(home, logging_callback=listen) as client:
            agent = Agent(client.call_tool)
            session = await agent.session()
            await client.set_logging_level("error")
            await agent.ok("session_exec", session_id=session, command="echo quiet")
            await client.set_logging_level("info")
            await agent.ok("session_exec", session_id=session, command="echo loud")
            # The SDK may hand a message on after the answer that followed it.
            await until(lambda: heard)
            assert ["loud" in str(note.data) for note in heard] == [True]
            assert heard[0].level == "info" and session in heard[0].logger

    run(main)


@pytest.mark.parametrize(
    "action, content, runs",
    [("accept", {"run": True}, True), ("accept", {"run": False}, False), ("decline", None, False), ("cancel", None, False)],
)
def test_the_user_is_asked(action, content, runs):
    async def main():
        with Home() as home:
            home.settings.update(write_policy(home.path, {"ask": ["touch"]}))
            asked = []

            async def answer(context, params):
                asked.append(params)
                return types.ElicitResult(action=action, content=content)

            async with connected(home, elicitation_callback=answer) as client:
                agent = Agent(client.call_tool)
                session = await agent.session()
                if runs:
                    await agent.ok("session_exec", session_id=session, command="touch made")
                else:
                    assert "not agree" in await agent.fails("session_exec", session_id=session, command="touch made")
            assert len(asked) == 1 and "touch made" in asked[0].message
            assert (home.path / "made").exists() is runs

    run(main)


def test_a_client_that_cannot_ask_is_told_so():
    async def main():
        with Home() as home:
            home.settings.update(write_policy(home.path, {"ask": ["touch"]}))
            async with connected(home) as client:
                agent = Agent(client.call_tool)
                session = await agent.session()
                assert "cannot ask" in await agent.fails("session_exec", session_id=session, command="touch made")
            assert not (home.path / "made").exists()

    run(main)
