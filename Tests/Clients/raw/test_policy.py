"""The fence, end to end: the operator's file, a session's own lists, and files that stop the start."""

import json

import pytest
from execkit_client import PATIENCE, Server, legacy_server, write_policy


def fenced(home, policy, capabilities=None):
    return legacy_server(home=home, env=write_policy(home, policy), capabilities=capabilities)


def test_denied_programs_do_not_run_and_the_reason_names_the_rule(tmp_path):
    policy = {
        "deny": ["rmdir", {"program": "touch", "reason": "Files are made elsewhere."}],
        "deny_patterns": [{"pattern": "--for[c]e\\b", "reason": "Use the careful form."}],
    }
    with fenced(tmp_path, policy) as server:
        session = server.session()
        text = server.fails("session_exec", session_id=session, command="touch made")
        assert "Files are made elsewhere." in text and "operator:deny[1]" in text
        for command in [
            "true; touch made", "/usr/bin/touch made", "\\touch made", "t'ou'ch made", "env touch made",
            "nohup touch made", "bash -c 'touch made'", "echo made | xargs touch", "eval 'touch made'",
            "x=$(touch made)", "x=`touch made`", "cat <(touch made)", "find . -maxdepth 0 -exec touch made ';'",
            "f() { touch made; }; f", "if true; then touch made; fi", "true && { touch made; }",
            "timeout 5 touch made", "command touch made", "(touch made)", "true\ntouch made",
        ]:
            server.fails("session_exec", session_id=session, command=command)
        assert "operator:deny[0]" in server.fails("session_exec", session_id=session, command="rmdir x")
        text = server.fails("session_exec", session_id=session, command="echo x --force")
        assert "Use the careful form." in text and "operator:deny_patterns[0]" in text
        for harmless in [
            "echo touch", "echo 'a; touch made'", "cat <<'E'\ntouch made\nE", ": # touch made", "echo \"(touch made)\"",
        ]:
            assert server.run(session, harmless)["exit_code"] == 0
        server.fails("session_exec", session_id=session, command="touch made", background=True)
        assert not (tmp_path / "made").exists()


def test_an_allow_list_admits_only_what_it_names(tmp_path):
    with fenced(tmp_path, {"allow": ["echo", "cat", "env"]}) as server:
        session = server.session()
        assert server.run(session, "echo yes | cat")["stdout"] == "yes\n"
        text = server.fails("session_exec", session_id=session, command="echo a; ls")
        assert "ls" in text and "operator:allow" in text
        server.fails("session_exec", session_id=session, command="$SOMETHING here")
        server.fails("session_exec", session_id=session, command="env ls")
        assert server.run(session, "env echo fine")["stdout"] == "fine\n"


def test_a_sessions_lists_only_narrow(tmp_path):
    with fenced(tmp_path, {"deny": ["touch"]}) as server:
        wide = server.session(allow=["touch", "echo"])
        server.fails("session_exec", session_id=wide, command="touch made")
        assert "session:allow" in server.fails("session_exec", session_id=wide, command="ls")
        assert server.run(wide, "echo in")["stdout"] == "in\n"
        narrow = server.session(deny=["ls"])
        assert "session:deny[0]" in server.fails("session_exec", session_id=narrow, command="ls")
        assert server.run(narrow, "echo in")["stdout"] == "in\n"
        other = server.session()
        assert server.run(other, "ls")["exit_code"] == 0
        assert not (tmp_path / "made").exists()
        for arguments in ({"allow": ["two words"]}, {"deny": [""]}, {"deny": ["n"] * 1025}):
            server.fails("session_create", transport="local", **arguments)


def test_built_in_rules_hold_without_a_file_and_can_be_changed(tmp_path):
    with legacy_server(home=tmp_path) as server:
        session = server.session()
        text = server.fails("session_exec", session_id=session, command="cat none | sh -c 'rm -rf /'")
        assert "builtin:remove-root" in text
    with fenced(tmp_path, {"builtin": {"remove-everything-here": "off"}}) as server:
        (tmp_path / "inner").mkdir()
        (tmp_path / "inner" / "file").touch()
        session = server.session(cwd=str(tmp_path / "inner"))
        assert server.run(session, "rm -r ./*")["exit_code"] == 0
        assert not (tmp_path / "inner" / "file").exists()


def test_a_verdict_is_bounded_and_complete_for_long_commands(tmp_path):
    with fenced(tmp_path, {"deny": ["touch"]}) as server:
        session = server.session()
        server.fails("session_exec", session_id=session, command="true | " * 10_000 + "touch made")
        server.fails("session_exec", session_id=session, command="true;" * 10_000 + "touch made")
        server.fails("session_exec", session_id=session, command="( " * 5_000 + "touch made" + " )" * 5_000)
        assert not (tmp_path / "made").exists()
        assert server.run(session, ": " + "touch " * 10_000)["exit_code"] == 0


def start(home, settings):
    """What becomes of a start: the exit code, and what was said on both outputs."""
    with Server(home=home, env=settings) as server:
        code, everything = server.finish()
        return code, bytes(server.received), everything.decode()


@pytest.mark.parametrize(
    "policy, place",
    [
        ('{"deny": ["a",]}', ":1:"),
        ('{"deny": ["a"]\n "x": 1}', ":2:"),
        ('{"deny": ["a"], "deny": ["b"]}', ":1:"),
        ({"dney": ["a"]}, "dney"),
        ({"deny": "touch"}, "deny"),
        ({"deny": ["a", 5]}, "deny[1]"),
        ({"deny": ["a", {"program": "b", "because": "c"}]}, "deny[1].because"),
        ({"deny": [{"reason": "c"}]}, "deny[0].program"),
        ({"deny": ["rm -rf"]}, "deny[0]"),
        ({"deny_patterns": ["fine", "(unclosed"]}, "deny_patterns[1]"),
        ({"deny_patterns": [{"pattern": "a(?=b)"}]}, "deny_patterns[0].pattern"),
        ({"ask_patterns": ["(((a{1000}){1000}){1000})"]}, "ask_patterns[0]"),
        ({"deny": [{"program": "ls", "match": ["ls", "cat"]}]}, "deny[0].match[1]"),
        ({"deny": [{"program": "ls", "not_match": ["echo", "sudo ls"]}]}, "deny[0].not_match[1]"),
        ({"unknown": "maybe"}, "unknown"),
        ({"builtin": {"no-such-rule": "off"}}, "builtin.no-such-rule"),
        ({"builtin": {"limits": "off"}}, "builtin.limits"),
        ({"builtin": {"shutdown": "on"}}, "builtin.shutdown"),
        ([], "policy.json"),
    ],
    ids=lambda value: json.dumps(value)[:40],
)
def test_a_bad_policy_file_stops_the_start_and_names_the_place(tmp_path, policy, place):
    code, stdout, said = start(tmp_path, write_policy(tmp_path, policy))
    assert code == 1 and stdout == b""
    assert place in said and "policy.json" in said, said


def test_a_policy_file_that_others_could_change_stops_the_start(tmp_path):
    for name, mode in [("group.json", 0o620), ("world.json", 0o602)]:
        code, stdout, said = start(tmp_path, write_policy(tmp_path, {}, name, mode))
        assert code == 1 and stdout == b"" and name in said
    real = write_policy(tmp_path, {}, "real.json")["EXECKIT_MCP_POLICY_FILE"]
    (tmp_path / "link.json").symlink_to(real)
    for name in ("link.json", "missing.json", ""):
        code, stdout, said = start(tmp_path, {"EXECKIT_MCP_POLICY_FILE": str(tmp_path / name)})
        assert code == 1 and stdout == b"" and str(tmp_path / name) in said
    code, _, _ = start(tmp_path, {"EXECKIT_MCP_POLICY_FILE": real})
    assert code == 0


def test_nothing_in_a_session_changes_the_policy_of_the_server(tmp_path):
    settings = write_policy(tmp_path, {"deny": ["touch"]})
    with legacy_server(home=tmp_path, env=settings) as server:
        session = server.session()
        server.run(session, "printf '{}' > policy.json; export EXECKIT_MCP_POLICY_FILE=/dev/null")
        again = server.session(env={"EXECKIT_MCP_POLICY_FILE": "/dev/null"})
        for name in (session, again):
            server.fails("session_exec", session_id=name, command="touch made")
        assert not (tmp_path / "made").exists()


def test_a_policy_of_a_hundred_thousand_rules(tmp_path):
    policy = {"deny": [f"program-{number}" for number in range(100_000)]}
    with fenced(tmp_path, policy) as server:
        session = server.session()
        text = server.fails("session_exec", session_id=session, command="program-99999 x", _patience=PATIENCE)
        assert "operator:deny[99999]" in text
        assert server.run(session, "echo x")["stdout"] == "x\n"
