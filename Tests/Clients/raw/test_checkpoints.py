"""Undo: checkpoints of a session's workspace, what a restore would do and does, and when they are taken by themselves."""

import json
import os
import pathlib
import shutil

import pytest
from execkit_client import descriptors_of, legacy_server, wait_until, write_policy
from place_support import docker, reason_without, sshd

TOKEN = "ghp_" + "a1B2" * 9


def tree(root):
    """Everything below a directory: what it is, its mode and its content."""
    found = {}
    for path in sorted(pathlib.Path(root).rglob("*")):
        mode = path.lstat().st_mode & 0o7777
        if path.is_symlink():
            found[str(path.relative_to(root))] = ("link", os.readlink(path))
        elif path.is_dir():
            found[str(path.relative_to(root)) + "/"] = ("directory", mode)
        elif path.is_file():
            found[str(path.relative_to(root))] = ("file", mode, path.read_bytes())
        else:
            found[str(path.relative_to(root))] = ("special",)
    return found


@pytest.fixture
def home(tmp_path):
    (tmp_path / "w").mkdir()
    return tmp_path


@pytest.fixture
def work(home):
    work = home / "w"
    (work / "a.txt").write_text("one\n")
    (work / "run.sh").write_text("#!/bin/sh\n")
    (work / "run.sh").chmod(0o750)
    (work / "deep/empty").mkdir(parents=True)
    (work / "deep/b").write_bytes(bytes(range(256)))
    (work / "link").symlink_to("a.txt")
    (work / "dangling").symlink_to("nowhere")
    return work


@pytest.fixture
def server(home):
    with legacy_server(home=home) as server:
        yield server


def create(server, work, **more):
    return server.ok("session_create", transport="local", workspace=str(work), cwd=str(server.home), **more)


def entries(server, session, **more):
    return server.ok("session_checkpoints", session_id=session, **more)["checkpoints"]


def stopped(server, session):
    """A command that runs until the file `go` is there, and has begun."""
    call = server.call_later("session_exec", {"session_id": session, "command": "touch begun; while [ ! -e go ]; do sleep 0.05; done"})
    wait_until((server.home / "begun").exists)
    return call


def test_a_restore_brings_everything_back_and_can_be_undone(server, work):
    session = create(server, work)["session_id"]
    before = tree(work)
    made = server.ok("session_checkpoint", session_id=session, label="good")
    assert made["files"] == 5 and made["left_out"]["total"] == 0
    server.run(session, f"cd {work}; rm -r deep link; echo two > a.txt; chmod 600 run.sh; mkdir -p new/dir; echo n > new/n; ln -s / root")
    changed = tree(work)
    plan = server.ok("session_restore", session_id=session, checkpoint_id=made["checkpoint_id"], dry_run=True)
    assert plan["dry_run"] is True and "safety_checkpoint_id" not in plan and tree(work) == changed
    assert plan["changed"] == {"total": 1, "paths": ["a.txt"]}
    assert set(plan["added"]["paths"]) == {"deep/", "deep/b", "deep/empty/", "link"}
    assert set(plan["deleted"]["paths"]) == {"new/", "new/dir/", "new/n", "root"}
    assert plan["modes"] == {"total": 1, "paths": ["run.sh"]} and plan["kept"]["total"] == 0
    done = server.ok("session_restore", session_id=session, checkpoint_id=made["checkpoint_id"])
    assert tree(work) == before
    for name in ("changed", "added", "deleted", "modes", "kept", "restored_to"):
        assert done[name] == plan[name]
    undone = server.ok("session_restore", session_id=session, checkpoint_id=done["safety_checkpoint_id"])
    assert tree(work) == changed and undone["safety_checkpoint_id"] == made["checkpoint_id"]
    assert [entry["kind"] for entry in entries(server, session)] == ["safety", "safety", "manual"]


def test_what_is_in_no_checkpoint_is_told_and_stays(server, work):
    (work / ".env").write_text("A=1")
    (work / "node_modules").mkdir()
    (work / "node_modules/m.js").write_text("m")
    (work / "x.log").write_text("l")
    (work / ".gitignore").write_text("data\n")
    (work / "data").write_text("kept though git ignores it")
    (work / "inner/.git").mkdir(parents=True)
    (work / "inner/file").write_text("f")
    os.mkfifo(work / "pipe")
    session = create(server, work, checkpoint_ignores=["*.log"], auto_snapshot=False)["session_id"]
    made = server.ok("session_checkpoint", session_id=session)
    told = {item["path"]: item["reason"] for item in made["left_out"]["items"]}
    assert told == {".env": "secret", "inner": "nested_repository", "pipe": "special_file"}
    for name in (".env", "node_modules/m.js", "x.log", "data", "inner/file", "later.key"):
        (work / name).write_text("changed")
    done = server.ok("session_restore", session_id=session)
    assert done["changed"] == {"total": 1, "paths": ["data"]} and done["deleted"]["total"] == 0
    for name in (".env", "node_modules/m.js", "x.log", "inner/file", "later.key"):
        assert (work / name).read_text() == "changed"
    stored = b"".join(path.read_bytes() for path in (server.home / ".execkit/checkpoints").rglob("*") if path.is_file())
    assert b".env" not in stored.replace(b"*.env", b"").replace(b".envrc", b"") or b"A=1" not in stored
    assert (work / "data").read_text().startswith("kept")


def test_paths_bound_what_is_captured_and_what_a_restore_deletes(server, work):
    session = create(server, work, paths=["deep"], auto_snapshot=False)["session_id"]
    server.ok("session_checkpoint", session_id=session)
    (work / "a.txt").write_text("outside")
    (work / "new").write_text("outside")
    (work / "deep/new").write_text("inside")
    done = server.ok("session_restore", session_id=session)
    assert done["deleted"]["paths"] == ["deep/new"] and done["changed"]["total"] == 0
    assert (work / "a.txt").read_text() == "outside" and (work / "new").exists()


def test_automatic_ones_stand_before_commands_that_may_change_files(server, work):
    created = create(server, work)
    assert created["checkpoints"] == "automatic" and "checkpoints_reason" not in created
    session = created["session_id"]
    first = entries(server, session)
    assert [entry["kind"] for entry in first] == ["auto"]
    for command in ("ls -la", "cat w/a.txt | grep one && pwd", "cd w; head -n 1 a.txt"):
        assert "checkpoint" not in server.run(session, command)
    unchanged = server.run(session, "echo two > a.txt")["checkpoint"]
    assert unchanged == {"id": first[0]["checkpoint_id"], "new": False}
    new = server.run(session, "sed -i s/two/three/ a.txt")["checkpoint"]
    assert new["new"] is True
    assert server.run(session, "find . -name a.txt -delete")["checkpoint"]["new"] is True
    assert server.ok("session_restore", session_id=session, checkpoint_id=new["id"])["restored_to"] == new["id"]
    assert (work / "a.txt").read_text() == "two\n"


def test_nothing_new_is_listed_when_nothing_changed(server, work):
    session = create(server, work)["session_id"]
    for _ in range(5):
        server.run(session, ":")
    assert len(entries(server, session)) == 1
    again = [server.ok("session_checkpoint", session_id=session, label="x") for _ in range(2)]
    assert [one["new"] for one in again] == [True, False] and again[0]["checkpoint_id"] == again[1]["checkpoint_id"]
    assert [(entry["kind"], entry.get("label")) for entry in entries(server, session)] == [("manual", "x")]


def test_a_file_that_is_written_and_a_job_have_one_before_them_too(server, work):
    session = create(server, work)["session_id"]
    written = server.ok("session_write_file", session_id=session, path=str(work / "a.txt"), content="by tool\n")
    assert written["checkpoint"]["new"] is False
    job = server.run(session, "rm w/a.txt", background=True)
    assert job["checkpoint"]["new"] is True
    wait_until(lambda: not server.ok("session_job", job_id=job["job_id"], action="poll")["running"])
    server.ok("session_restore", session_id=session, checkpoint_id=job["checkpoint"]["id"])
    assert (work / "a.txt").read_text() == "by tool\n"


def test_without_being_asked_for_none_is_taken(server, work):
    created = create(server, work, auto_snapshot=False)
    assert created["checkpoints"] == "on_request"
    session = created["session_id"]
    assert "checkpoint" not in server.run(session, "echo x > w/a.txt")
    assert "checkpoint" not in server.ok("session_write_file", session_id=session, path="w/b", content="")
    assert entries(server, session) == []
    assert "no checkpoint of this workspace yet" in server.fails("session_restore", session_id=session)
    assert "no checkpoint of this workspace yet" in server.fails("session_diff", session_id=session)


def test_a_restore_never_picks_an_automatic_one_by_itself(server, work):
    session = create(server, work)["session_id"]
    server.run(session, "echo changed > w/a.txt")
    assert "only automatic ones" in server.fails("session_restore", session_id=session)
    assert "+changed" in server.ok("session_diff", session_id=session)["diff"]
    made = server.ok("session_checkpoint", session_id=session)["checkpoint_id"]
    server.run(session, "echo again > w/a.txt")
    server.run(session, "echo more > w/a.txt")
    assert server.ok("session_restore", session_id=session)["restored_to"] == made


@pytest.mark.parametrize("wrong", ["", "HEAD", "abc", "0" * 39, "A" * 40, "0" * 41, "../../x" + "0" * 33, "$(id)", "-" * 40, "0" * 64 + "\n"])
def test_a_malformed_id_is_told(server, work, wrong):
    session = create(server, work, auto_snapshot=False)["session_id"]
    for tool in ("session_restore", "session_diff"):
        assert "hexadecimal" in server.fails(tool, session_id=session, checkpoint_id=wrong)


def test_an_unknown_id_is_told_and_changes_nothing(server, work):
    session = create(server, work)["session_id"]
    before = tree(work)
    for more in ({}, {"dry_run": True}):
        assert "no such checkpoint" in server.fails("session_restore", session_id=session, checkpoint_id="0" * 40, **more)
    assert "no such checkpoint" in server.fails("session_diff", session_id=session, checkpoint_id="0" * 40)
    assert tree(work) == before


def test_sessions_without_a_workspace_say_so(server, work):
    session = server.session()
    for tool in ("session_checkpoint", "session_checkpoints", "session_restore", "session_diff"):
        assert "without `workspace`" in server.fails(tool, session_id=session)
        assert "no such session" in server.fails(tool, session_id="none")
    for more in ({"paths": ["a"]}, {"checkpoint_ignores": ["a"]}, {"auto_snapshot": True}):
        name = next(iter(more))
        assert server.fails("session_create", transport="local", **more).startswith(name + ": ")
    assert server.session(auto_snapshot=False, paths=[], checkpoint_ignores=[])


@pytest.mark.parametrize(
    "wish, told",
    [
        ({"workspace": "relative"}, "workspace: "), ({"workspace": "/"}, "workspace: "), ({"workspace": "///."}, "workspace: "),
        ({"workspace": ""}, "workspace: "), ({"workspace": "/a\0b"}, "workspace: "), ({"paths": ["ok", "../up"]}, "paths[1]: "),
        ({"paths": ["/abs"]}, "paths[0]: "), ({"paths": [".git"]}, "paths[0]: "), ({"checkpoint_ignores": ["!a"]}, "checkpoint_ignores[0]: "),
        ({"checkpoint_ignores": ["a", "b\nc"]}, "checkpoint_ignores[1]: "), ({"paths": ["x" * 100] * 41}, "paths, checkpoint_ignores: "),
        ({"checkpoint_ignores": ["x"] * 101}, "paths, checkpoint_ignores: "),
    ],
)
def test_a_wish_that_cannot_be_meant_is_refused(server, work, wish, told):
    assert server.fails("session_create", **{"transport": "local", "workspace": str(work), **wish}).startswith(told)
    assert server.ok("session_list")["sessions"] == []


def test_the_longest_wish_works(server, work):
    created = create(server, work, paths=["'" * 39] * 50 + ["deep"], checkpoint_ignores=["'a/*"] * 40)
    assert created["checkpoints"] == "automatic", created
    made = server.ok("session_checkpoint", session_id=created["session_id"])
    assert made["files"] == 1


@pytest.mark.parametrize("kind", ["missing", "file", "dangling", "fifo"])
def test_a_workspace_that_is_none_is_told_and_the_session_works(server, home, kind):
    place = home / "place"
    if kind == "file":
        place.write_text("x")
    elif kind == "dangling":
        place.symlink_to("nowhere")
    elif kind == "fifo":
        os.mkfifo(place)
    created = create(server, place)
    assert created["checkpoints"] == "off" and "workspace is not there" in created["checkpoints_reason"]
    session = created["session_id"]
    result = server.run(session, "echo works > out")
    assert result["exit_code"] == 0 and "checkpoint" not in result
    assert "workspace is not there" in server.fails("session_checkpoint", session_id=session)


def test_a_workspace_behind_a_link_is_the_place_it_led_to_at_first(server, home, work):
    other = home / "other"
    other.mkdir()
    (other / "precious").write_text("p")
    (home / "way").symlink_to(work)
    session = create(server, home / "way")["session_id"]
    server.ok("session_checkpoint", session_id=session)
    (home / "way").unlink()
    (home / "way").symlink_to(other)
    assert "another directory" in server.fails("session_restore", session_id=session)
    assert "another directory" in server.run(session, ":")["checkpoint"]["failed"]
    assert tree(other) == {"precious": ("file", (other / "precious").stat().st_mode & 0o7777, b"p")}


def test_a_checkpoint_that_fails_does_not_hold_the_command_up(server, work):
    session = create(server, work)["session_id"]
    shutil.rmtree(work)
    result = server.run(session, "echo ran; :")
    assert result["stdout"] == "ran\n" and "workspace is not there" in result["checkpoint"]["failed"]
    work.mkdir()
    assert "id" in server.run(session, ":")["checkpoint"]


HOSTILE_NAMES = [b"-rf", b"a\nb", b"\x1b[2Jclear", b"$(touch canary)", b"`touch canary`", b"'\"\\", b" lead", b"trail ", b"\xff\xfe", "\u202ereversed".encode(), b"*", TOKEN.encode()]


def test_hostile_names_come_back_and_are_shown_harmless(server, work):
    for name in HOSTILE_NAMES:
        (pathlib.Path(os.fsdecode(os.fsencode(work) + b"/" + name))).write_bytes(b"content " + name)
    before = tree(work)
    session = create(server, work, auto_snapshot=False)["session_id"]
    server.ok("session_checkpoint", session_id=session, label="l\n\x1b[31m " + TOKEN)
    for name in HOSTILE_NAMES:
        os.unlink(os.fsencode(work) + b"/" + name)
    os.mkfifo(work / "a\nfifo\u200b")
    diff = server.ok("session_diff", session_id=session)
    assert diff["files_changed"] == len(HOSTILE_NAMES)
    plan = server.ok("session_restore", session_id=session, dry_run=True)
    assert plan["added"]["total"] == len(HOSTILE_NAMES)
    shown = plan["added"]["paths"]
    assert "a\\u{000A}b" in shown and "\\u{001B}[2Jclear" in shown and "\\u{202E}reversed" in shown and "[REDACTED:" in str(shown)
    server.ok("session_restore", session_id=session)
    again = server.ok("session_checkpoint", session_id=session)
    assert {"path": "a\\u{000A}fifo\\u{200B}", "reason": "special_file"} in again["left_out"]["items"]
    (work / "a\nfifo\u200b").unlink()
    assert tree(work) == before
    assert not list(server.home.rglob("canary"))
    listed = json.dumps(entries(server, session))
    for text in (json.dumps([diff, plan, again]), listed):
        assert TOKEN not in text and "\\u001b" not in text
    assert "\\u{000A}" in json.loads(listed)[-1]["label"]


def test_many_changes_are_told_by_their_number_and_fit_a_result(server, work):
    session = create(server, work, auto_snapshot=False)["session_id"]
    server.ok("session_checkpoint", session_id=session)
    for index in range(1000):
        (work / f"new-{index:04}-{'x' * 50}").write_text("")
    (work / ("d" * 200)).mkdir()
    (work / ("d" * 200) / ("e" * 250)).write_text("")
    result = server.call("session_restore", session_id=session, dry_run=True)
    plan = result["structuredContent"]
    assert plan["deleted"]["total"] == 1002 and 20 < len(plan["deleted"]["paths"]) <= 200
    assert len(result["content"][0]["text"]) < 10_000
    assert server.ok("session_restore", session_id=session)["deleted"]["total"] == 1002
    assert not list(work.glob("new-*"))


def test_a_diff_is_redacted_and_within_a_budget(server, work):
    session = create(server, work)["session_id"]
    server.ok("session_checkpoint", session_id=session)
    key = "-----BEGIN RSA PRIVATE " + "KEY-----\n" + "MIIEowIBAAKCAQEA0123\n" * 4 + "-----END RSA PRIVATE " + "KEY-----\n"
    (work / "conf").write_text(f"password=hunter2hunter2\ntoken: {TOKEN}\n{key}plain\n")
    (work / "numbers").write_text("".join(f"{n}\n" for n in range(20_000)))
    diff = server.ok("session_diff", session_id=session, budget={"grep": {"pattern": "^\\+.*(password|token|plain|KEY|MII)"}})
    assert "+plain" in diff["diff"] and "[REDACTED:" in diff["diff"] and diff["redactions"]
    for secret in ("hunter2", TOKEN, "MIIEow"):
        assert secret not in json.dumps(diff)
    whole = server.ok("session_diff", session_id=session)
    assert whole["truncated"] is True and len(whole["diff"]) < 10_000 and whole["files_changed"] == 2
    part = server.ok("session_output", output_id=whole["output_id"], grep={"pattern": "^.19999$"})
    assert "+19999" in part["text"]
    assert TOKEN not in json.dumps(server.ok("session_output", output_id=whole["output_id"]))
    assert "grep.pattern" in server.fails("session_diff", session_id=session, budget={"grep": {"pattern": "("}})


def test_a_diff_that_is_too_long_says_so(server, work):
    session = create(server, work, auto_snapshot=False)["session_id"]
    server.ok("session_checkpoint", session_id=session)
    (work / "large").write_text("0123456789abcde\n" * 400_000)
    diff = server.ok("session_diff", session_id=session, budget={"keep": {"mode": "tail", "n": 1}})
    assert diff["truncated"] is True and "4 MiB" in diff["hint"]


def test_commands_and_checkpoints_of_a_session_keep_their_order(server, work):
    session = create(server, work)["session_id"]
    running = stopped(server, session)
    arguments = {"session_id": session}
    calls = [
        server.call_later("session_exec", {**arguments, "command": "echo 1 >> w/a.txt"}),
        server.call_later("session_checkpoint", arguments),
        server.call_later("session_exec", {**arguments, "command": "echo 2 >> w/a.txt"}),
    ]
    assert server.ok("session_list")["sessions"][0]["busy"] is True
    (server.home / "go").touch()
    server.answer(running)
    first, made, second = [server.answer(call)["result"]["structuredContent"] for call in calls]
    assert first["checkpoint"]["new"] is False and second["checkpoint"]["id"] == made["checkpoint_id"]
    assert (work / "a.txt").read_text() == "one\n1\n2\n"
    assert "-one" not in server.ok("session_diff", session_id=session, checkpoint_id=made["checkpoint_id"])["diff"]


def test_a_restore_waits_for_the_command_before_it(server, work):
    session = create(server, work)["session_id"]
    server.ok("session_checkpoint", session_id=session)
    running = stopped(server, session)
    restore = server.call_later("session_restore", {"session_id": session})
    behind = server.call_later("session_exec", {"session_id": session, "command": "cat w/a.txt"})
    (work / "a.txt").write_text("meanwhile\n")
    (server.home / "go").touch()
    server.answer(running)
    assert server.answer(restore)["result"]["structuredContent"]["changed"]["total"] == 1
    assert server.answer(behind)["result"]["structuredContent"]["stdout"] == "one\n"


def test_who_is_cancelled_while_waiting_does_nothing(server, work):
    session = create(server, work)["session_id"]
    running = stopped(server, session)
    waiting = [
        server.call_later("session_exec", {"session_id": session, "command": "touch w/cancelled"}),
        server.call_later("session_restore", {"session_id": session}),
        server.call_later("session_checkpoint", {"session_id": session, "label": "cancelled"}),
    ]
    last = server.call_later("session_exec", {"session_id": session, "command": "echo last; :"})
    for call in waiting:
        server.notify("notifications/cancelled", {"requestId": call})
    server.ok("session_list")
    (server.home / "go").touch()
    server.answer(running)
    assert server.answer(last)["result"]["structuredContent"]["stdout"] == "last\n"
    assert not (work / "cancelled").exists() and not [e for e in entries(server, session) if e.get("label")]


def test_the_end_of_a_session_answers_who_waits(server, work):
    session = create(server, work)["session_id"]
    running = stopped(server, session)
    waiting = [
        server.call_later("session_exec", {"session_id": session, "command": "touch w/late"}),
        server.call_later("session_exec", {"session_id": session, "command": "touch w/late", "background": True}),
        server.call_later("session_checkpoint", {"session_id": session}),
    ]
    server.ok("session_destroy", session_id=session)
    for call in waiting:
        assert "destroyed" in server.answer(call)["result"]["content"][0]["text"]
    server.answer(running)
    assert not (work / "late").exists()
    assert "no such session" in server.fails("session_checkpoints", session_id=session)


def test_a_command_that_ends_the_session_lets_nobody_hang(server, work):
    session = create(server, work)["session_id"]
    calls = [server.call_later("session_exec", {"session_id": session, "command": c}) for c in ("sleep 0.3; exit 3", "touch w/late", "ls")]
    texts = [server.answer(call)["result"]["content"][0]["text"] for call in calls]
    assert "session_closed" in texts[0] and all("has ended" in text for text in texts[1:])
    assert not (work / "late").exists()


def test_undo_outlives_its_session_and_is_shared(server, work):
    first = create(server, work)["session_id"]
    made = server.ok("session_checkpoint", session_id=first, label="mine")["checkpoint_id"]
    second = create(server, str(work) + "//./")["session_id"]
    assert [entry.get("label") for entry in entries(server, second)] == ["mine"]
    server.ok("session_destroy", session_id=first)
    server.run(second, "echo lost > w/a.txt")
    assert server.ok("session_restore", session_id=second)["restored_to"] == made
    assert (work / "a.txt").read_text() == "one\n"
    place = server.home / ".execkit/checkpoints"
    assert place.stat().st_mode & 0o777 == 0o700
    assert [store.stat().st_mode & 0o777 for store in place.iterdir()] == [0o700]


def test_two_sessions_at_the_same_files_wait_for_each_other(server, work):
    sessions = [create(server, work)["session_id"] for _ in range(3)]
    calls = [
        server.call_later("session_exec", {"session_id": session, "command": f"echo {n} > w/{index}-{n}"})
        for n in range(4) for index, session in enumerate(sessions)
    ]
    results = [server.answer(call)["result"]["structuredContent"] for call in calls]
    assert not [result for result in results if "failed" in result["checkpoint"]]
    assert len(list(work.glob("?-?"))) == 12


def test_the_record_has_checkpoints_and_restores(home, work):
    log = home / "log.jsonl"
    with legacy_server(home=home, env={"EXECKIT_MCP_AUDIT": str(log)}) as server:
        session = create(server, work)["session_id"]
        server.run(session, ":")
        server.run(session, "echo x > w/new")
        made = server.ok("session_checkpoint", session_id=session, label="l " + TOKEN)["checkpoint_id"]
        server.run(session, "rm w/new")
        server.ok("session_diff", session_id=session)
        done = server.ok("session_restore", session_id=session)
        server.fails("session_restore", session_id=session, checkpoint_id="0" * 40)
    records = [json.loads(line) for line in log.read_text().splitlines()]
    assert TOKEN not in log.read_text()
    kinds = [r["kind"] for r in records if r["type"] == "checkpoint"]
    assert kinds == ["auto", "manual"]
    types = [r["type"] for r in records]
    assert types.index("checkpoint_diff") < types.index("restore_start") < types.index("restore_end")
    start, end = [next(r for r in records if r["type"] == t) for t in ("restore_start", "restore_end")]
    assert start["checkpoint"] == made and end["start"] == start["seq"] and end["result"] == "ok"
    assert (end["added"], end["deleted"], end["safety"]) == (1, 0, done["safety_checkpoint_id"])
    failed = [r for r in records if r["type"] == "restore_end"][1]
    assert failed["result"] == "failed" and failed["reason"] == "unknown_checkpoint"


def test_the_fence_stands_before_restores_and_diffs(home, work):
    with legacy_server(home=home, env=write_policy(home, {"deny": ["tee"]})) as server:
        session = create(server, work, deny=["cat"])["session_id"]
        server.ok("session_checkpoint", session_id=session)
        (work / "a.txt").write_text("changed")
        assert "tee" in server.fails("session_restore", session_id=session)
        assert "cat" in server.fails("session_diff", session_id=session)
        assert server.ok("session_restore", session_id=session, dry_run=True)["changed"]["total"] == 1
        assert (work / "a.txt").read_text() == "changed"


def test_the_home_itself_can_be_a_workspace(server, home, work):
    session = create(server, home)["session_id"]
    server.ok("session_checkpoint", session_id=session)
    server.run(session, "rm -r w; echo x > y")
    server.ok("session_restore", session_id=session)
    assert (work / "a.txt").read_text() == "one\n" and not (home / "y").exists()
    assert [entry["kind"] for entry in entries(server, session)] == ["safety", "manual"]


def test_nothing_of_an_agents_shell_reaches_a_checkpoint(server, work):
    (server.home / "bin").mkdir()
    (server.home / "bin/git").write_text("#!/bin/sh\ntouch canary\n")
    (server.home / "bin/git").chmod(0o755)
    session = create(server, work)["session_id"]
    server.run(session, f"export PATH={server.home}/bin:$PATH GIT_DIR=/nowhere HOME=/nowhere; git() {{ touch canary; }}; alias find=false")
    server.run(session, "echo x > w/a.txt; umask 077; cd w; mkdir .git; echo '[core] fsmonitor = touch canary' > .git/config")
    made = server.ok("session_checkpoint", session_id=session)
    assert made["files"] == 5 and not list(server.home.rglob("canary"))


def test_many_checkpoints_leave_no_descriptor_and_no_process(server, work):
    session = create(server, work)["session_id"]

    def round_of_use():
        for n in range(5):
            server.run(session, f"echo {n} >> w/a.txt")
        server.ok("session_checkpoint", session_id=session, label="x")
        server.ok("session_restore", session_id=session)

    round_of_use()
    before = descriptors_of(server.worker())
    for _ in range(3):
        round_of_use()
    wait_until(lambda: descriptors_of(server.worker()) <= before)


@pytest.fixture
def container(tmp_path):
    """A server, and the arguments for sessions in a container that sees the test's directory."""
    if missing := reason_without(docker):
        pytest.skip(missing)
    name = docker().container("undo-" + tmp_path.name.replace("_", "-"), mounts=[tmp_path])
    with legacy_server(home=tmp_path, env=docker().settings) as server:
        yield server, {"transport": "docker", "container": name}
    docker().run("rm", "-f", name)


@pytest.fixture
def login(tmp_path):
    """A server, and the arguments for sessions on an sshd whose users' home is another than the server's."""
    if missing := reason_without(sshd):
        pytest.skip(missing)
    with legacy_server(home=tmp_path, env=sshd().settings) as server:
        yield server, sshd().arguments


@pytest.fixture(params=["container", "login"])
def elsewhere(request):
    return request.getfixturevalue(request.param)


def test_elsewhere_the_store_is_where_the_files_are(elsewhere, work):
    server, place = elsewhere
    before = tree(work)
    created = server.ok("session_create", workspace=str(work), cwd=str(work), **place)
    assert created["checkpoints"] == "automatic"
    session = created["session_id"]
    taken = server.run(session, "rm -r deep; echo two > a.txt")["checkpoint"]
    assert taken["new"] is False and "one" in server.ok("session_diff", session_id=session)["diff"]
    server.ok("session_restore", session_id=session, checkpoint_id=taken["id"])
    assert tree(work) == before and not (server.home / ".execkit/checkpoints").exists()
    server.ok("session_destroy", session_id=session)
    again = server.ok("session_create", workspace=str(work), **place)["session_id"]
    assert [entry["kind"] for entry in entries(server, again)] == ["auto", "safety", "auto"]


def test_a_place_without_git_has_the_same_undo(container, work):
    server, place = container
    docker().run("exec", place["container"], "rm", "/bin/git")
    before = tree(work)
    created = server.ok("session_create", workspace=str(work), cwd=str(work), **place)
    assert created["checkpoints"] == "automatic" and "checkpoints_reason" not in created
    session = created["session_id"]
    made = server.ok("session_checkpoint", session_id=session, label="no git")
    assert made["files"] == 5 and len(made["checkpoint_id"]) == 64
    server.run(session, "rm -r deep; echo two > a.txt; chmod 600 run.sh; touch new")
    diff = server.ok("session_diff", session_id=session)
    assert "-one" in diff["diff"] and "+two" in diff["diff"] and diff["files_changed"] >= 2
    done = server.ok("session_restore", session_id=session)
    assert tree(work) == before and done["deleted"]["paths"] == ["new"]
    server.ok("session_restore", session_id=session, checkpoint_id=done["safety_checkpoint_id"])
    assert (work / "new").exists() and not (work / "deep").exists()


def test_a_place_that_has_lost_its_git_says_so_and_its_sessions_work(container, work):
    server, place = container
    first = server.ok("session_create", workspace=str(work), cwd=str(work), **place)
    assert first["checkpoints"] == "automatic"
    docker().run("exec", place["container"], "rm", "/bin/git")
    created = server.ok("session_create", workspace=str(work), cwd=str(work), **place)
    assert created["checkpoints"] == "off" and "git" in created["checkpoints_reason"]
    assert "git" in server.run(first["session_id"], "echo x > y")["checkpoint"]["failed"]
    for session in (first["session_id"], created["session_id"]):
        for name in ("session_checkpoint", "session_checkpoints", "session_restore", "session_diff"):
            assert "git" in server.fails(name, session_id=session, **({"checkpoint_id": "0" * 40} if name in ("session_restore", "session_diff") else {}))


def test_a_restore_that_has_begun_ends_though_its_session_does(home, work):
    log = home / "log.jsonl"
    with legacy_server(home=home, env={"EXECKIT_MCP_AUDIT": str(log)}) as server:
        session = create(server, work)["session_id"]
        server.ok("session_checkpoint", session_id=session)
        for index in range(300):
            (work / f"new-{index}").write_text("")
        restore = server.call_later("session_restore", {"session_id": session})
        wait_until(lambda: "restore_start" in log.read_text())
        server.ok("session_destroy", session_id=session)
        assert server.answer(restore)["result"]["structuredContent"]["deleted"]["total"] == 300
        assert not list(work.glob("new-*"))
    records = [json.loads(line) for line in log.read_text().splitlines()]
    types = [record["type"] for record in records if record.get("session") == session]
    assert types[-2:] == ["restore_end", "close"]
