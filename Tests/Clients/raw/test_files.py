"""Files read and written without the shell."""

import json
import os

import pytest
from execkit_client import legacy_server, write_policy
from place_support import docker, reason_without

TOKEN = "ghp_" + "a1B2" * 9


@pytest.fixture(params=["local", "docker"])
def place(request, tmp_path):
    """A session in a directory that the test sees too, wherever the session is."""
    settings, arguments = {}, {"transport": "local"}
    if request.param == "docker":
        if missing := reason_without(docker):
            pytest.skip(missing)
        settings = docker().settings
        container = docker().container("files-" + tmp_path.name.replace("_", "-"), mounts=[tmp_path])
        request.addfinalizer(lambda: docker().run("rm", "-f", container))
        arguments = {"transport": "docker", "container": container}
    with legacy_server(home=tmp_path, env=settings) as server:
        session = server.ok("session_create", cwd=str(tmp_path), **arguments)["session_id"]
        yield server, session, tmp_path


def read(server, session, path, **more):
    return server.ok("session_read_file", session_id=session, path=path, **more)


def write(server, session, path, **more):
    return server.ok("session_write_file", session_id=session, path=path, **more)


def refused(server, tool, session, path, **more):
    return server.fails(tool, session_id=session, path=path, **more)


def test_what_is_written_is_read_and_seen_by_the_shell(place):
    server, session, home = place
    text = "first\n'quotes' \"and\" $dollars `ticks`\nlast without end"
    made = write(server, session, "notes.txt", content=text)
    assert made == {"path": str(home / "notes.txt"), "bytes": len(text), "created": True}
    assert (home / "notes.txt").read_text() == text
    assert read(server, session, "notes.txt")["text"] == text
    assert server.run(session, "cat notes.txt")["stdout"] == text
    assert write(server, session, "notes.txt", content="")["created"] is False
    assert read(server, session, "notes.txt")["size"] == 0


def test_a_relative_path_leads_from_the_directory_of_the_shell_whatever_its_variables_say(place):
    server, session, home = place
    server.run(session, "mkdir -p deep/er; cd deep/er; PWD=/; alias cat=false; PATH=/nowhere")
    write(server, session, "f", content="x")
    assert (home / "deep/er/f").read_text() == "x"
    assert read(server, session, "f")["text"] == "x"


def test_a_link_that_leads_nowhere_is_not_written_through(place):
    server, session, home = place
    (home / "deep/etc").mkdir(parents=True)
    (home / "deep/link").symlink_to("etc/nowhere-at-all")
    assert "leads nowhere" in refused(server, "session_write_file", session, str(home / "deep/link"), content="x")
    (home / "deep/etc/nowhere-at-all").write_text("old")
    assert write(server, session, str(home / "deep/link"), content="new")["created"] is False
    assert (home / "deep/etc/nowhere-at-all").read_text() == "new" and (home / "deep/link").is_symlink()


def test_edits_are_all_made_or_none(place):
    server, session, home = place
    (home / "c.ini").write_bytes(b"a = 1\nb = 2\na2 = 1\n")
    os.chmod(home / "c.ini", 0o640)
    done = write(server, session, "c.ini", edits=[{"old": "b = 2", "new": "b = 3"}, {"old": "= 1", "new": "= 9", "all": True}])
    assert done["replaced"] == 3 and done["created"] is False
    assert (home / "c.ini").read_bytes() == b"a = 9\nb = 3\na2 = 9\n"
    assert (home / "c.ini").stat().st_mode & 0o777 == 0o640
    message = refused(server, "session_write_file", session, "c.ini", edits=[{"old": "b = 3", "new": "x"}, {"old": "= 9", "new": "y"}])
    assert "edits[1]" in message and "2 times" in message
    message = refused(server, "session_write_file", session, "c.ini", edits=[{"old": "zz", "new": "x"}])
    assert "edits[0]" in message
    assert (home / "c.ini").read_bytes() == b"a = 9\nb = 3\na2 = 9\n"
    assert sorted(os.listdir(home)).count("c.ini") == 1 and not [n for n in os.listdir(home) if n.startswith(".execkit-")]


def test_lines_that_end_in_cr_lf_stay_so(place):
    server, session, home = place
    (home / "dos").write_bytes(b"one\r\ntwo\r\n")
    assert read(server, session, "dos") == {
        "path": str(home / "dos"), "size": 10, "bytes_read": 10, "text": "one\ntwo\n", "truncated": False, "line_ends": "crlf"}
    write(server, session, "dos", edits=[{"old": "one\ntwo", "new": "1\n2\n3"}])
    assert (home / "dos").read_bytes() == b"1\r\n2\r\n3\r\n"


def test_a_credential_is_not_shown_and_its_marker_is_not_written(place):
    server, session, home = place
    (home / "env").write_text(f"TOKEN={TOKEN}\nLEVEL=1\n")
    shown = read(server, session, "env")
    assert TOKEN not in json.dumps(shown) and shown["redactions"]
    message = refused(server, "session_write_file", session, "env", content=shown["text"].replace("LEVEL=1", "LEVEL=2"))
    assert "credential" in message
    refused(server, "session_write_file", session, "env", edits=[{"old": "LEVEL=1", "new": "[REDACTED:github-token]"}])
    assert TOKEN in (home / "env").read_text()
    write(server, session, "env", edits=[{"old": "LEVEL=1", "new": "LEVEL=2"}])
    assert (home / "env").read_text() == f"TOKEN={TOKEN}\nLEVEL=2\n"


def test_a_long_file_is_cut_and_kept_and_a_budget_finds_its_lines(place):
    server, session, home = place
    (home / "long").write_text("".join(f"line {n}\n" for n in range(50_000)))
    shown = read(server, session, "long")
    assert shown["truncated"] and len(json.dumps(shown)) < 10_000
    part = server.ok("session_output", output_id=shown["output_id"], offset=40_000, limit=2)
    assert part["text"] == "line 40000\nline 40001\n" and part["lines_total"] == 50_000
    found = read(server, session, "long", budget={"grep": {"pattern": "line 4999[89]"}})
    assert found["text"].endswith("...\nline 49998\nline 49999\n")
    tail = read(server, session, "long", offset=(home / "long").stat().st_size - 11)
    assert tail["text"] == "line 49999\n" and tail["bytes_read"] == 11


@pytest.mark.parametrize(
    "name, words",
    [("none", "no file"), ("", "no file"), (".", "directory"), ("fifo", "FIFO"), ("a\0b", "NUL"), ("link", "leads nowhere")],
)
def test_what_is_no_file_is_refused_at_once(place, name, words):
    server, session, home = place
    os.mkfifo(home / "fifo")
    (home / "link").symlink_to("nowhere")
    for tool in ["session_read_file", "session_write_file"]:
        if name in ("none", "link") and tool == "session_write_file":
            continue
        more = {"content": "x"} if tool == "session_write_file" else {}
        assert words in refused(server, tool, session, name, **more)


def test_the_fence_and_the_record_hold_for_files(tmp_path):
    log = tmp_path / "audit.jsonl"
    settings = write_policy(tmp_path, {"deny": [{"program": "tee"}]}) | {"EXECKIT_MCP_AUDIT": str(log)}
    with legacy_server(home=tmp_path, env=settings) as server:
        session = server.session(cwd=str(tmp_path))
        refused(server, "session_write_file", session, "f", content="x")
        assert not (tmp_path / "f").exists()
        (tmp_path / "g").write_text("text")
        read(server, session, "g")
        refused(server, "session_read_file", session, "h")
    records = [json.loads(line) for line in log.read_text().splitlines()]
    assert [r["type"] for r in records if r["type"].startswith(("file", "block"))] == [
        "blocked", "file_read", "file_end", "file_read", "file_end"]
    ends = [r for r in records if r["type"] == "file_end"]
    assert [(r["result"], r.get("bytes"), r.get("reason")) for r in ends] == [("ok", 4, None), ("failed", None, "missing")]


def test_arguments_that_say_two_things_or_nothing_are_refused(place):
    server, session, _ = place
    assert "either" in refused(server, "session_write_file", session, "f")
    assert "either" in refused(server, "session_write_file", session, "f", content="x", edits=[{"old": "a", "new": "b"}])
    assert "session_id" in refused(server, "session_read_file", "none", "f")
    write(server, session, "f", content="x", create_only=True)
    assert "already" in refused(server, "session_write_file", session, "f", content="y", create_only=True)
