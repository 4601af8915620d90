"""`scan`: values of the vault and shapes of tokens, in files and in what is staged."""

import json
import subprocess

from vault_support import PATIENCE, PROGRAM, needs

# Evidently made up, and put together here so that this file does not offend.
TOKEN = "gh" + "p_" + "A1b2" * 9


def git(person, *arguments):
    return subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", *arguments], cwd=person.project,
        env=person.environment(), check=False, capture_output=True, timeout=PATIENCE)


def findings(person, *arguments, **more):
    status, out, err = person.run("scan", "--json", *arguments, **more)
    found = json.loads(out)["findings"]
    assert status == (1 if found else 0), err
    assert TOKEN not in out and "zebra-value" not in out
    return {(row["file"], row["line"], row["what"].split("/")[-1]) for row in found}


def test_files_without_git(vault):
    vault.set("A", "zebra-value")
    (vault.project / "src").mkdir()
    (vault.project / "src" / "x.py").write_text("ok\nkey = 'zebra-value'\n")
    (vault.project / "y.txt").write_text(f"one\ntwo {TOKEN} three\n")
    (vault.project / "z.txt").write_text("zebra-value # execkit:ignore\n")
    found = findings(vault)
    assert ("src/x.py", 2, "A") in found
    assert any(file == "y.txt" and line == 2 for file, line, _ in found)
    assert not any(file == "z.txt" for file, _, _ in found)
    assert not any(what == "A" for _, _, what in findings(vault, "--no-values"))
    assert {file for file, _, _ in findings(vault, "src")} == {"src/x.py"}
    status, out, err = vault.run("scan", password=None)
    assert "locked" in err


@needs("git")
def test_what_is_staged_and_the_hook(vault):
    vault.set("A", "zebra-value")
    git(vault, "init", "-q")
    (vault.project / ".gitignore").write_text(".env\n")
    (vault.project / ".env").write_text("A=zebra-value\n")
    (vault.project / "a.txt").write_text("zebra-value\n")
    git(vault, "add", "a.txt")
    (vault.project / "a.txt").write_text("clean now\n")
    assert findings(vault, "--staged") == {("a.txt", 1, "A")}
    assert (".env", 1, "A") in findings(vault)
    vault.tool("execkit", f'#!/bin/sh\nexec "{PROGRAM}" "$@"\n')
    vault.ok("scan", "--install-hook")
    vault.ok("scan", "--install-hook")
    assert git(vault, "commit", "-q", "-m", "x").returncode == 1
    git(vault, "add", "a.txt")
    done = git(vault, "commit", "-q", "-m", "x")
    assert done.returncode == 0, done.stderr
    (vault.project / ".git" / "hooks" / "pre-commit").write_text("#!/bin/sh\n")
    assert "execkit scan --staged" in vault.fails(7, "scan", "--install-hook")


@needs("git")
def test_the_paths_given(vault):
    vault.set("A", "zebra-value")
    git(vault, "init", "-q")
    source = vault.project / "src"
    source.mkdir()
    (source / "x.py").write_text("zebra-value\n")
    (vault.project / ".gitignore").write_text("hidden\n")
    (vault.project / "hidden").write_text("zebra-value\n")
    for path in ("src", "src/", "./src", "src/x.py", str(source), "src/../src/x.py"):
        assert findings(vault, path) == {("src/x.py", 1, "A")}, path
    assert findings(vault, "x.py", cwd=source) == {("x.py", 1, "A")}
    assert findings(vault, "hidden") == {("hidden", 1, "A")}
    # "Nothing found" is never said of what was not looked at.
    vault.fails(3, "scan", "sr")
    vault.fails(6, "scan", "..")
    vault.fails(6, "scan", "../elsewhere", "src")
    git(vault, "add", "src")
    assert findings(vault, "--staged", "x.py", cwd=source) == {("src/x.py", 1, "A")}
    assert findings(vault, "--staged", "hidden") == set()


@needs("git")
def test_what_is_not_looked_at_is_told(vault):
    vault.set("A", "zebra-value")
    git(vault, "init", "-q")
    (vault.project / "two\nlines").write_text("zebra-value\n")
    (vault.project / "large").write_bytes(b"zebra-value " * 400_000)
    git(vault, "add", "two\nlines", "large")
    for arguments in ([], ["--staged"]):
        status, out, err = vault.run("scan", "--json", *arguments)
        found = json.loads(out)
        assert [row["file"] for row in found["findings"]] == ["two\nlines"] and found["not_looked_at"] == 1
        assert "large" in err
    assert "two?lines:1: value of" in vault.run("scan")[1]
