"""Results that take long to make: nothing else waits for them. What comes first is told by the order of the answers alone.

Whether a result is still being made when something else is asked for depends on the machine. So each test tries with more and
more output until it was; a server that makes results in one go never gets there.
"""

import json

import pytest
from execkit_client import legacy_server, signal, wait_until

SIZES = [200_000 << 2 * step for step in range(4)]
BUDGET = {"grep": {"pattern": "(no|such) line$", "context": 1}}


def hostile(size):
    """A command that prints little but assignments that tell a secret, which are the slowest to redact."""
    return f"yes 'API_KEY=k1y2z3 password=hunter22 secret: abcdefgh' | head -c {size}"


def being_made(server, session, size):
    """A call whose command has ended, as the next command of the session tells, while its result is being made; or `None`."""
    slow = server.call_later("session_exec", {"session_id": session, "command": hostile(size), "budget": BUDGET})
    following = server.call_later("session_exec", {"session_id": session, "command": "echo next"})
    first = server.receive_until(lambda message: message.get("id") in (slow, following))
    if first["id"] == following:
        assert first["result"]["structuredContent"]["stdout"] == "next\n"
        return slow
    assert server.answer(following)["result"]["structuredContent"]["stdout"] == "next\n"
    return None


def records(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def ends(path, size):
    """The records of the ends of the slow command."""
    all_records = records(path)
    starts = [record["seq"] for record in all_records if record["type"] == "exec_start" and f"head -c {size}" in record["command"]]
    assert len(starts) == 1
    return [record for record in all_records if record["type"] == "exec_end" and record["start"] == starts[0]]


def test_pings_and_other_sessions_are_served_while_a_result_is_made():
    with legacy_server() as server:
        session, other = server.session(), server.session()
        for size in SIZES:
            slow = being_made(server, session, size)
            if slow is None:
                continue
            ping = server.new_id()
            server.send({"jsonrpc": "2.0", "id": ping, "method": "ping"})
            command = server.call_later("session_exec", {"session_id": other, "command": "echo other"})
            order = [server.receive_until(lambda m: m.get("id") in (slow, ping, command)) for _ in range(3)]
            result = next(m for m in order if m["id"] == slow)["result"]["structuredContent"]
            assert result["exit_code"] == 0 and result["budget"]["stdout"]["lines_kept"] == 0
            assert sum(result["redactions"].values()) >= result["budget"]["stdout"]["lines_total"]
            if order[-1]["id"] == slow:
                return
        raise AssertionError("everything waited for the long result")


def test_searches_in_kept_outputs_and_jobs_hold_up_nothing():
    with legacy_server() as server:
        session = server.session()
        for size in SIZES:
            kept = server.run(session, hostile(size))["output_id"]
            job = server.run(session, hostile(size), background=True)["job_id"]
            # As long as it runs its output is not all there. The notes of a poll are not needed.
            wait_until(lambda job=job: not server.ok("session_job", job_id=job, action="poll")["running"])
            requests = {
                server.call_later("session_output", {"output_id": kept, "grep": BUDGET["grep"]}): "output",
                server.call_later("session_job", {"job_id": job, "action": "read", "budget": BUDGET}): "job",
                server.call_later("session_exec", {"session_id": session, "command": "echo quick"}): "quick",
            }
            answers = [server.receive_until(lambda m: m.get("id") in requests) for _ in range(3)]
            by_name = {requests[answer["id"]]: answer["result"]["structuredContent"] for answer in answers}
            assert by_name["output"]["lines_shown"] == 0
            total = by_name["output"]["lines_total"]
            assert total > size // 100
            if requests[answers[0]["id"]] == "quick":
                # The text is known now, and is still that of this output and this stream.
                part = server.ok("session_output", output_id=kept, offset=total - 3, limit=2)
                assert part["lines_total"] == total and part["lines_shown"] == 2 and part["next_offset"] == total - 1
                assert "hunter22" not in part["text"] and "REDACTED" in part["text"]
                assert server.ok("session_output", output_id=kept, stream="stderr")["lines_total"] < 2
                return
        raise AssertionError("everything waited for the searches")


def test_a_call_is_cancelled_while_its_result_is_made(tmp_path):
    log = tmp_path.resolve() / "audit.jsonl"
    with legacy_server(env={"EXECKIT_MCP_AUDIT": str(log)}) as server:
        session = server.session()
        for size in SIZES:
            slow = being_made(server, session, size)
            if slow is None:
                continue
            server.notify("notifications/cancelled", {"requestId": slow})
            assert server.run(session, "echo still there")["stdout"] == "still there\n"
            wait_until(lambda size=size: ends(log, size))
            (end,) = ends(log, size)
            assert end["exit_code"] == 0 and end["result"] == "ok"
            if end.get("reason"):
                assert "cancelled" in end["reason"] and end["truncated"] and "stdout" not in end
                server.request("ping")
                assert all(message.get("id") != slow for message in server.kept)
                server.ok("session_destroy", session_id=session)
                server.finish()
                assert len(ends(log, size)) == 1
                return
        raise AssertionError("no call was cancelled while its result was made")


@pytest.mark.parametrize("how", ["end of input", "signal"])
def test_the_server_ends_while_a_result_is_made(tmp_path, how):
    for size in SIZES:
        log = tmp_path.resolve() / f"audit-{size}.jsonl"
        with legacy_server(env={"EXECKIT_MCP_AUDIT": str(log)}) as server:
            if being_made(server, server.session(), size) is None:
                continue
            if how == "signal":
                server.process.send_signal(signal.SIGTERM)
            code, _ = server.finish()
            assert code == 0
        (end,) = ends(log, size)
        assert end["exit_code"] == 0 and end["result"] == "ok"
        assert [record["type"] for record in records(log)][-2:] == ["close", "server_stop"]
        if end.get("reason"):
            assert "stdout" not in end and end["truncated"]
            return
    raise AssertionError("the server never ended while a result was made")


def test_a_session_ends_while_a_result_is_made(tmp_path):
    place = tmp_path.resolve() / "audit"
    with legacy_server(env={"EXECKIT_MCP_AUDIT_DIR": str(place)}) as server:
        for size in SIZES:
            session = server.session()
            slow = being_made(server, session, size)
            if slow is None:
                continue
            destroy = server.call_later("session_destroy", {"session_id": session})
            order = [server.receive_until(lambda m: m.get("id") in (slow, destroy)) for _ in range(2)]
            result = next(m for m in order if m["id"] == slow)["result"]["structuredContent"]
            assert result["exit_code"] == 0 and result["budget"]["stdout"]["lines_kept"] == 0
            (log,) = place.glob(f"{session}-*.jsonl")
            wait_until(lambda log=log: records(log)[-1]["type"] == "close")
            assert len(ends(log, size)) == 1
            if order[-1]["id"] == slow:
                return
        raise AssertionError("no session ended while a result was made")


def test_cancelled_calls_take_no_places_among_the_kept_outputs():
    with legacy_server() as server:
        session = server.session()
        kept = server.run(session, "seq 9999")["output_id"]
        for number in range(50):
            command = f"seq 9999; touch started{number}; sleep 1000"
            request = server.call_later("session_exec", {"session_id": session, "command": command})
            wait_until(lambda number=number: (server.cwd / f"started{number}").exists())
            server.notify("notifications/cancelled", {"requestId": request})
        assert server.run(session, "echo done")["stdout"] == "done\n"
        assert server.ok("session_output", output_id=kept)["lines_total"] == 9999
