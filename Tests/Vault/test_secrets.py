"""Values and names: set, get, list, rm, restore, history, rename, tag, folders, environments."""

import json

import pytest
from vault_support import PASSWORD


def test_set_from_standard_input_file_and_prompt(vault):
    vault.set("A", "one\n")
    assert vault.value("A") == b"one"
    (vault.root / "key.pem").write_bytes(b"exact\nbytes\n\x00\xff")
    vault.ok("set", "B", "--file", vault.root / "key.pem")
    assert vault.value("B") == b"exact\nbytes\n\x00\xff"
    terminal = vault.terminal("set", "C", password=PASSWORD)
    terminal.expect("Value of C: ")
    terminal.type("grüße\r")
    status, shown = terminal.finish()
    assert status == 0 and "gr" not in shown.replace("Set C.", "")
    assert vault.value("C").decode() == "grüße"


def test_a_value_is_never_an_argument(vault):
    for arguments in (["set", "A", "value"], ["set", "A=value"]):
        status, out, err = vault.run(*arguments)
        assert status == 64, err
    assert vault.json("list")["secrets"] == []


def test_get_refuses_a_pipe_and_shows_at_a_terminal(vault):
    vault.set("A", "shown")
    assert "--stdout" in vault.fails(5, "get", "A")
    terminal = vault.terminal("get", "A", password=PASSWORD)
    status, shown = terminal.finish()
    assert (status, shown) == (0, "shown\n")
    assert vault.json("log")["actions"][0]["action"] == "secret.reveal"


def test_versions(vault):
    for value in ("one", "two", "three"):
        vault.set("A", value)
    history = vault.json("history", "A")
    assert [(row["version"], row["current"]) for row in history["versions"]] == [(3, True), (2, False), (1, False)]
    assert vault.value("A", "--version", "1") == b"one"
    vault.ok("restore", "A", "--version", "2")
    assert vault.value("A") == b"two"
    vault.ok("rm", "A")
    vault.fails(3, "get", "A", "--stdout")
    assert [secret["key"] for secret in vault.json("list", "--deleted")["secrets"]] == ["A"]
    vault.ok("restore", "A")
    assert vault.value("A") == b"two"
    vault.fails(7, "restore", "A")
    vault.fails(3, "restore", "A", "--version", "99")


def test_rename_keeps_versions(vault):
    vault.set("A", "one")
    vault.set("A", "two")
    vault.set("B", "other")
    vault.fails(7, "rename", "A", "B")
    vault.ok("rename", "A", "C")
    vault.fails(3, "get", "A", "--stdout")
    assert vault.value("C") == b"two"
    assert len(vault.json("history", "C")["versions"]) == 2
    vault.fails(6, "rename", "C", "not a name")


def test_tags_and_attributes(vault):
    vault.set("A", "1", "--scope", "server", "--type", "number", "--tag", "x", "--description", "about it")
    vault.ok("tag", "A", "--add", "y", "--remove", "x", "--expires", "2020-01-31")
    secret = vault.json("list")["secrets"][0]
    assert (secret["scope"], secret["type"], secret["tags"], secret["description"], secret["expired"]) == (
        "server", "number", ["y"], "about it", True)
    assert vault.json("list", "--tag", "x")["secrets"] == []
    assert "has expired" in vault.run("run", "--", "true")[2]
    vault.ok("tag", "A", "--expires", "never")
    assert vault.json("list")["secrets"][0]["expires_at"] is None
    vault.fails(6, "tag", "A", "--expires", "soon")


def test_environments_and_folders(vault):
    vault.ok("envs", "add", "production")
    vault.ok("folders", "add", "billing", "--env", "production")
    vault.set("A", "dev")
    vault.set("A", "live", "--env", "production")
    vault.set("A", "billing", "--env", "production", "--folder", "billing")
    assert vault.value("A") == b"dev"
    assert vault.value("A", "-e", "production") == b"live"
    assert vault.value("A", "-e", "production", "-f", "billing") == b"billing"
    assert len(vault.json("list", "--all")["secrets"]) == 3
    vault.fails(7, "envs", "rm", "production")
    vault.ok("envs", "add", "empty")
    vault.ok("envs", "rm", "empty")
    vault.fails(3, "list", "--env", "nowhere")
    vault.fails(3, "set", "A", "--stdin", "--folder", "nowhere")
    assert vault.json("envs") == {"project": "shop", "default": "development", "environments": ["development", "production"]}
    assert vault.json("folders", "--env", "production")["folders"] == ["billing"]


@pytest.mark.parametrize("key", ["A=B", "", "1A", "A-B", "A B", "Ä", "A" * 256, "A\n"])
def test_bad_names(vault, key):
    status, out, err = vault.run("set", key, "--stdin", stdin=b"x")
    assert status == 64 and "secrets" not in json.dumps(vault.json("list")["secrets"])


def test_large_and_odd_values(vault):
    vault.set("BIG", b"x" * 1_000_000)
    assert len(vault.value("BIG")) == 1_000_000
    vault.set("EMPTY", b"")
    assert vault.value("EMPTY") == b""
    vault.ok("set", "NUL", "--stdin", stdin=b"a\0b")
    assert vault.value("NUL") == b"a\0b"
    assert "NUL" in vault.fails(6, "run", "--only", "NUL", "--", "true")
    # The program is found, the environment is too large: the kernel's limit, named as such.
    assert vault.run("run", "--only", "BIG", "--", "true")[0] == 126


def test_a_value_beyond_locked_memory_is_refused_with_the_way_out(vault):
    status, out, err = vault.run("set", "A", "--stdin", stdin=b"x" * 20_000_000)
    assert status in (6, 10)
    assert "ulimit -l" in err or "more than" in err
