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
    for arguments in (["set", "A", "zebra-value"], ["set", "A=zebra-value"], ["set", "A", "--value", "zebra-value"], ["set", "A", "--value=zebra-value"]):
        error = vault.fails(64, *arguments)
        assert "--stdin" in error and "prompt" in error
        assert "zebra" not in error
    assert vault.json("list")["secrets"] == []


# Where a value could stand by mistake, for each verb that takes arguments.
MISTAKES = [
    "get {}", "get A {}", "get A --version {}", "get --{}", "get A --stdout={}", "set A --file {}", "set A --scope {}", "set A --type={}",
    "set A --expires {}", "set A --tag {}", "set A --stdin --file {}", "set {}", "list {}", "list --scope {}", "rm {}", "restore {}", "restore A --version={}",
    "history {}", "rename {} B", "rename A {}", "rename A B {}", "tag A --add {}", "tag A {}", "tag {} --add x", "import {}", "import a b {}", "import --format {}",
    "export {}", "export --only {}", "export --stdout --only {}", "export --format={}", "run {}", "run A {}", "run -- {}", "run --only {} -- true", "run --env {} -- true",
    "shell {}", "shell --only {}", "scan --min-length {}", "projects add {}", "projects {}", "envs add {}", "envs rm {}", "envs {}", "folders add {}",
    "folders rm {}", "status {}", "log {}", "log --limit {}", "vault check {}", "vault {}", "vault backup A {}", "vault restore {} --yes",
    "passwd {}", "passwd --new-password-fd {}", "rekey {}", "rekey --project {}", "unlock {}", "unlock --idle {}", "unlock --remember-in {}", "lock {}",
    "completions {}", "exit-codes {}", "init {}", "{}", "--{}", "-{}", "doctor {}",
    "rule {}", "rule show {}", "rule clear {}", "rule set {} --ask always", "rule set A {}", "rule set A --program {}", "rule set A --ask {}",
    "rule set A --from-project {}", "rule set A --limit {}", "rule set A --deliver {}", "rule set A --allow-weak={}", "rule set A --{}",
]


@pytest.mark.parametrize("value", ["zebra~secret!9", "ZE'bra\"se cret", "zebra=secret", "-zebra-secret"])
def test_no_error_repeats_what_might_be_a_value(vault, value):
    for mistake in MISTAKES:
        words = [word.replace("{}", value) for word in mistake.split()]
        status, out, err = vault.run(*words)
        assert status not in (0, 10), (words, status, out, err)
        assert err.startswith("execkit: ") and "zebra" not in err.lower() and "ze'bra" not in err.lower(), (words, err)


def test_an_error_of_the_command_line_still_helps(vault):
    assert "Missing expected argument '<key>'" in vault.fails(64, "get")
    assert "'client', 'server' or 'shared'" in vault.fails(64, "set", "A", "--scope", "x").replace("and", "or")
    assert "Did you mean '--stdin'" in vault.fails(64, "set", "A", "--stdn")
    assert "two dashes" in vault.fails(64, "run", "npm", "start")
    assert "Usage: execkit get" in vault.fails(64, "get")
    assert vault.ok("set", "--help").startswith("OVERVIEW")


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


def test_values_of_ten_megabytes(vault):
    """Where so much memory may be locked; otherwise the way out is named."""
    value = (bytes(range(1, 256)) * 41_120)[:10_000_000]
    status, out, err = vault.run("set", "A", "--stdin", stdin=value)
    if status == 10:
        assert "ulimit -l" in err
        return
    assert status == 0, err
    assert vault.value("A") == value
    text = b"B='" + b"x" * 10_000_000 + b"'\n"
    vault.ok("import", "-", stdin=text)
    assert len(vault.run("export", "--only", "B", "--stdout", raw=True)[1]) == len(text) - 2
    assert vault.run("run", "--only", "A", "--", "true")[0] == 126
    assert vault.json("vault", "check")["sound"]


def test_a_value_beyond_locked_memory_is_refused_with_the_way_out(vault):
    status, out, err = vault.run("set", "A", "--stdin", stdin=b"x" * 20_000_000)
    assert status in (6, 10)
    assert "ulimit -l" in err or "more than" in err
