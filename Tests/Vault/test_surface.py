"""Help, completions, exit codes, versions, and the documentation's promises."""

import pathlib
import re
import subprocess

import pytest
from vault_support import PROGRAM

DOCS = pathlib.Path(__file__).parents[2] / "docs"
VERBS = [
    "init", "set", "get", "list", "rm", "restore", "history", "rename", "tag", "rule show", "rule set", "rule clear", "import", "export", "run", "shell", "scan",
    "projects list", "projects add", "projects rename", "envs list", "envs add", "envs rm", "folders list", "folders add",
    "folders rm", "status", "doctor", "log", "vault check", "vault backup", "vault restore", "passwd", "rekey", "unlock", "lock",
    "completions", "exit-codes",
]
# Lists need no example beyond their usage line.
PLAIN = {"projects list", "envs list", "folders list"}


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_examples_of_the_verb(person, verb):
    out = person.ok(*verb.split(), "--help")
    assert "USAGE: execkit " + verb in out
    if verb not in PLAIN:
        examples = [line for line in out.splitlines() if re.match(r"\s+.*execkit " + verb.split()[0], line) and "USAGE" not in line]
        assert examples, out


EXAMPLE = re.compile(r"^\s+execkit (.*)$", re.M)


@pytest.mark.parametrize("verb", VERBS)
def test_examples_of_the_help_parse(vault, verb):
    """Each plain example is accepted by the parser: it may fail for want of a secret, never as a wrong command line."""
    import shlex

    for example in EXAMPLE.findall(vault.ok(*verb.split(), "--help")):
        if any(mark in example for mark in "|>$"):
            continue
        words = shlex.split(re.split(r"\s{3,}", example)[0])
        status, out, err = vault.run(*words, password=None)
        assert status != 64, (example, err)


def test_version_and_root_help(person):
    assert re.fullmatch(r"execkit \S+\n", person.ok("--version"))
    out = person.ok("--help")
    for verb in VERBS:
        assert verb.split()[0] in out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions(person, shell):
    script = person.ok("completions", shell)
    assert "exit-codes" in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script.encode(), check=True)


def test_exit_codes_are_documented(person):
    table = {row["code"]: row["meaning"] for row in person.json("exit-codes")["exit_codes"]}
    documented = dict(re.findall(r"^\| (\d+) \| (.*?) \|$", (DOCS / "exit-codes.md").read_text(), re.M))
    assert {str(code): meaning for code, meaning in table.items()} == documented


@pytest.mark.parametrize("arguments", [["nonsense"], ["set"], ["get", "--nonsense", "A"], ["list", "--scope", "x"], ["unlock", "--idle", "2d"]])
def test_a_wrong_command_line_is_64(person, arguments):
    person.fails(64, *arguments)


def test_reading_commands_have_json(vault):
    vault.set("A", "1")
    for arguments in (
        ["list"], ["history", "A"], ["projects"], ["envs"], ["folders"], ["status"], ["log"], ["vault", "check"], ["exit-codes"],
        ["scan"], ["doctor"],
    ):
        assert isinstance(vault.json(*arguments), dict)


def test_status_without_a_vault(person):
    status = person.json("status")
    assert (status["exists"], status["unlocked"], status["project"]) == (False, False, None)
