"""What a person says about the use of a secret by agents: rule show, set, clear."""

import json
import sqlite3

import pytest
from vault_support import PASSWORD


def rule(vault, key="A", *arguments):
    return vault.json("rule", "show", key, *arguments)["rule"]


def test_a_rule_is_made_changed_in_part_shown_and_cleared(vault):
    vault.set("A", "value")
    assert vault.ok("rule", "show", "A") == "A has no rule: agents may use it in every way.\n"
    assert rule(vault) is None
    tool = vault.tool("migrate", "#!/bin/true\n")
    status, out, err = vault.run(
        "rule", "set", "A", "--program", tool, "--program", "psql", "--from-project", "shop", "--ask", "every 15m", "--limit", "10/1h")
    assert status == 0
    assert out == (
        f"Programs:  {tool}, psql\nProjects:  shop\nAsks you:  once in 15m\nLimit:     10 in 1h\n"
        "Too short: refused\nDelivery:  any\n")
    assert vault.ok("rule", "show", "A") == out
    everything = {"programs": [str(tool), "psql"], "projects": ["shop"], "ask": {"every": 900}, "limit": {"uses": 10, "seconds": 3600}}
    assert rule(vault) == everything
    # What is not given stays.
    vault.ok("rule", "set", "A", "--ask", "always", "--allow-weak", "--deliver", "file")
    assert rule(vault) == everything | {"ask": "always", "allow_weak": True, "deliver": "file"}
    vault.ok("rule", "set", "A", "--ask", "never", "--no-allow-weak", "--deliver", "any", "--program", "psql", "--any-project", "--no-limit")
    assert rule(vault) == {"programs": ["psql"]}
    vault.ok("rule", "set", "A", "--any-program")
    assert rule(vault) == {}
    assert vault.ok("rule", "clear", "A") == "A has no rule any more.\n"
    assert vault.ok("rule", "clear", "A") == "A had no rule.\n"
    assert rule(vault) is None
    actions = [row for row in vault.json("log")["actions"] if row["action"] == "secret.rule"]
    assert len(actions) == 6 and all(row["detail"]["keys"] == ["A"] for row in actions)
    assert json.loads(actions[-1]["detail"]["rule"]) == everything
    assert "rule" not in actions[0]["detail"]
    # A rule is neither a version nor a look at the value.
    assert len(vault.json("history", "A")["versions"]) == 1
    assert vault.value("A") == b"value"


def test_a_program_is_a_path_from_here_or_a_name(vault):
    vault.set("A", "value")
    (vault.project / "sub").mkdir()
    status, out, err = vault.run("rule", "set", "A", "--program", "./sub/../tool")
    assert status == 0 and "not there" in err
    assert rule(vault)["programs"] == [str(vault.project / "tool")]
    for runner in ("sh", "/bin/sh", "python3", "env"):
        status, out, err = vault.run("rule", "set", "A", "--program", runner)
        assert status == 0 and "allows every program" in err
    status, out, err = vault.run("rule", "set", "A", "--program", "/bin/true")
    assert (status, err) == (0, "")
    for wrong in ("", "a\nb", "a\x1b[31m", "..", "x" * 300, "a\u202eb"):
        assert "no rule can say that" in vault.fails(6, "rule", "set", "A", "--program", wrong)
    many = [word for number in range(33) for word in ("--program", f"p{number}")]
    assert "more than 32" in vault.fails(6, "rule", "set", "A", *many)
    assert rule(vault)["programs"] == ["/bin/true"]


@pytest.mark.parametrize("arguments", [
    [], ["--ask", "sometimes"], ["--ask", "0s"], ["--ask", "-5m"], ["--ask", "15"], ["--ask", "every"], ["--ask", "367d"], ["--ask", "9223372036854775807d"],
    ["--ask", "99999999999999999999999s"], ["--ask", "٣m"], ["--ask", "+5m"], ["--limit", "10"], ["--limit", "0/1h"], ["--limit", "10/0s"],
    ["--limit", "1000001/1h"], ["--limit", "1/2/3h"], ["--limit", "-1/1h"], ["--limit", "/1h"], ["--limit", "10/"], ["--deliver", "argument"],
    ["--program", "a", "--any-program"], ["--from-project", "shop", "--any-project"], ["--limit", "1/1h", "--no-limit"],
    ["--allow-weak", "--no-allow-weak"],
])
def test_a_wrong_rule_is_a_wrong_command_line(vault, arguments):
    vault.set("A", "value")
    vault.fails(64, "rule", "set", "A", *arguments)
    assert rule(vault) is None


def test_what_is_not_there(vault):
    for words in (["show", "A"], ["clear", "A"], ["set", "A", "--ask", "always"]):
        assert "no such secret" in vault.fails(3, "rule", *words)
    vault.set("A", "value")
    assert "no such project" in vault.fails(3, "rule", "set", "A", "--from-project", "elsewhere")
    assert rule(vault) is None


def test_rules_of_environments_and_folders_are_their_own(vault):
    vault.ok("folders", "add", "billing")
    vault.ok("envs", "add", "production")
    for arguments in ([], ["--folder", "billing"], ["--env", "production"]):
        vault.set("A", "value", *arguments)
    vault.ok("rule", "set", "A", "--ask", "always", "--env", "production")
    vault.ok("rule", "set", "A", "--deliver", "file", "--folder", "billing")
    assert rule(vault) is None
    assert rule(vault, "A", "--env", "production") == {"ask": "always"}
    assert rule(vault, "A", "--folder", "billing") == {"deliver": "file"}


def test_lists_say_that_a_rule_is_there(vault):
    vault.set("A", "value")
    vault.set("B", "value")
    assert vault.json("status")["rules"] == 0
    assert "with a rule" not in vault.ok("status")
    vault.ok("rule", "set", "B", "--limit", "1/1d")
    found = {row["key"]: (row["has_rule"], row["rule"]) for row in vault.json("list")["secrets"]}
    assert found == {"A": (False, None), "B": (True, {"limit": {"uses": 1, "seconds": 86400}})}
    head, first, second = vault.ok("list").splitlines()
    assert "RULE" in head and "yes" not in first and "yes" in second
    assert (vault.json("history", "A")["has_rule"], vault.json("history", "B")["has_rule"]) == (False, True)
    assert vault.json("status")["rules"] == 1
    assert "2 secret(s), 1 with a rule" in vault.ok("status")


def test_a_rule_does_not_bind_the_person(vault):
    vault.set("A", "value")
    vault.ok("rule", "set", "A", "--program", "psql", "--ask", "always", "--limit", "1/1d", "--deliver", "file")
    for _ in range(2):
        assert vault.ok("run", "--", "sh", "-c", 'printf %s "$A"') == "value"


def test_a_rule_stays_through_rename_rekey_backup_and_restore(vault):
    vault.set("A", "value")
    vault.ok("rule", "set", "A", "--ask", "always")
    vault.ok("rename", "A", "B")
    vault.set("B", "another")
    vault.ok("rekey")
    backup = vault.root / "backup.db"
    vault.ok("vault", "backup", backup)
    vault.ok("rule", "clear", "B")
    vault.ok("vault", "restore", backup, "--yes")
    assert rule(vault, "B") == {"ask": "always"}
    assert vault.json("rule", "show", "B")["verified"] is True
    vault.ok("vault", "check")


def test_without_a_password_a_rule_is_shown_and_not_changed(vault):
    vault.set("A", "value")
    vault.ok("rule", "set", "A", "--ask", "always")
    status, out, err = vault.run("rule", "show", "A", password=None)
    assert status == 0 and "at every use" in out and "locked" in err
    assert vault.json("rule", "show", "A", password=None)["verified"] is False
    vault.fails(5, "rule", "clear", "A", password=None)
    vault.fails(5, "rule", "set", "A", "--ask", "never", password=None)
    vault.fails(4, "rule", "clear", "A", password="wrong")
    assert rule(vault) == {"ask": "always"}


def doctor(vault):
    status, out, err = vault.run("doctor", "--json")
    return status, {check["name"]: (check["works"], check["detail"]) for check in json.loads(out)["checks"]}


def test_doctor_looks_at_the_rules(vault):
    vault.set("A", "value")
    assert doctor(vault)[1]["rules"] == (True, "none: agents may use every secret in every way")
    vault.ok("rule", "set", "A", "--ask", "always")
    assert doctor(vault)[1]["rules"] == (True, "1, all of them can be read")
    vault.ok("rule", "set", "A", "--from-project", "shop")
    vault.ok("projects", "rename", "shop", "store")
    status, checks = doctor(vault)
    works, detail = checks["rules"]
    assert status == 1 and not works and "store/development/A" in detail and "--from-project" in detail


@pytest.mark.parametrize("text", ['{"hours":"9-17"}', "zebra", '{"ask":"never","ask":"always"}', ""])
def test_a_rule_that_someone_wrote_into_the_file(vault, text):
    """It is told apart from one of the owner's, shows nowhere as one, and is removed with the secret."""
    vault.set("A", "value")
    vault.ok("lock")
    with sqlite3.connect(vault.home / "vault.db") as db:
        db.execute("UPDATE secret SET rule = ?", [text])
    db.close()
    status, checks = doctor(vault)
    assert status == 1 and not checks["rules"][0] and "shop/development/A" in checks["rules"][1]
    assert "zebra" not in checks["rules"][1]
    (row,) = vault.json("list")["secrets"]
    assert (row["has_rule"], row["rule"]) == (True, None)
    assert "cannot be read" in vault.fails(9, "rule", "show", "A", password=None)
    for words in (["show", "A"], ["clear", "A"]):
        assert "changed by someone else" in vault.fails(4, "rule", *words)
    vault.fails(9, "rule", "set", "A", "--ask", "always")
    vault.fails(4, "run", "--", "true")
    vault.fails(1, "vault", "check")
    vault.ok("rm", "A")
    vault.set("A", "anew")
    vault.ok("rule", "set", "A", "--ask", "always")
    assert rule(vault) == {"ask": "always"}


def test_a_rule_at_a_terminal_is_asked_for_the_password_alone(vault):
    vault.set("A", "value")
    terminal = vault.terminal("rule", "set", "A", "--ask", "always")
    terminal.expect("assword")
    terminal.type(PASSWORD + "\r")
    status, shown = terminal.finish()
    assert status == 0 and "at every use" in shown
