"""Where the password comes from, unlock and lock, passwd, rekey, recovery."""

import json
import os
import pathlib
import sqlite3
import subprocess

import pytest
from vault_support import PASSWORD, PATIENCE, PROGRAM, needs


@pytest.fixture
def unlockable(vault):
    """A vault where the kernel keeps keys."""
    status, out, err = vault.run("unlock")
    if status == 5 and "errno" in err:
        pytest.skip("the kernel's key service is not available here")
    assert status == 0, err
    vault.ok("lock")
    vault.set("A", "value")
    return vault


def show(person, **more):
    return person.run("run", "--", "sh", "-c", 'echo "$A"', **more)


def test_unlock_and_lock(unlockable):
    person = unlockable
    assert show(person, password=None)[0] == 5
    person.ok("unlock", "--idle", "8h")
    assert show(person, password=None)[:2] == (0, "value\n")
    status = person.json("status", password=None)
    assert (status["unlocked"], status["idle_seconds"]) == (True, 28800)
    assert person.ok("lock") == "Locked.\n"
    assert show(person, password=None)[0] == 5
    assert person.ok("lock") == "It was locked.\n"


def kept(person):
    """Whether the kernel keeps project keys beside the vault's."""
    database = sqlite3.connect(f"file:{person.home / 'vault.db'}?mode=ro", uri=True)
    identity = database.execute("SELECT vault_id FROM vault").fetchone()[0]
    database.close()
    lines = [line.split() for line in pathlib.Path("/proc/keys").read_text().splitlines()]
    # The last flag is that of a key that was invalidated and is not yet collected.
    return any(f"execkit:vault-projects:{identity}:" in line and not line[1].endswith("i") for line in lines)


def test_project_keys_are_kept_while_unlocked(unlockable):
    person = unlockable
    person.ok("unlock")
    assert not kept(person)
    for value in ("value", "value", "second", "second"):
        if value == "second":
            person.set("A", value)
        assert show(person, password=None)[:2] == (0, value + "\n")
        assert kept(person)
    person.ok("rekey", password=None)
    assert not kept(person)
    assert show(person, password=None)[:2] == (0, "second\n")
    assert kept(person)
    # A value that someone moves is found on the short way, too.
    person.set("B", "other")
    database = sqlite3.connect(person.home / "vault.db")
    database.execute("UPDATE secret SET scope = 'client' WHERE key = 'B'")
    database.commit()
    database.close()
    assert show(person, password=None)[0] == 4
    person.ok("lock")
    assert not kept(person)
    person.ok("unlock")
    assert not kept(person)
    person.ok("lock")


def test_an_idle_vault_locks_itself(unlockable):
    import time

    assert "1 s" in unlockable.ok("unlock", "--idle", "1s")
    deadline = time.monotonic() + PATIENCE
    while unlockable.json("status", password=None)["unlocked"]:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert show(unlockable, password=None)[0] == 5


def test_a_wrong_password_is_one_error(vault):
    vault.set("A", "value")
    assert "wrong password" in vault.fails(4, "get", "A", "--stdout", password="no")
    assert vault.run("get", "A", "--stdout", password="")[0] == 6


def test_the_password_from_a_descriptor_wins(vault):
    vault.set("A", "value")
    reading, writing = os.pipe()
    os.write(writing, PASSWORD.encode() + b"\n")
    os.close(writing)
    status, out, err = vault.run("get", "A", "--stdout", "--password-fd", reading, password="wrong", pass_fds=(reading,))
    os.close(reading)
    assert (status, out) == (0, "value"), err
    assert "not open" in vault.fails(6, "get", "A", "--stdout", "--password-fd", "77")


def test_a_password_file(vault):
    vault.set("A", "value")
    path = vault.root / "password"
    path.write_text(PASSWORD + "\n")
    path.chmod(0o644)
    vault.fails(5, "unlock", "--remember-in", f"file:{path}", password=None)
    path.chmod(0o600)
    status, out, err = vault.run("unlock", "--remember-in", f"file:{path}", password=None)
    if status == 5 and "errno" in err:
        pytest.skip("the kernel's key service is not available here")
    assert status == 0, err
    vault.ok("lock", password=None)
    assert show(vault, password=None)[:2] == (0, "value\n")
    link = vault.root / "link"
    link.symlink_to(path)
    vault.ok("lock", password=None)
    assert vault.run("unlock", "--remember-in", f"file:{link}", password=None)[0] == 5


def test_passwd(unlockable):
    person = unlockable
    person.ok("unlock")
    reading, writing = os.pipe()
    os.write(writing, b"the new one\n")
    os.close(writing)
    person.ok("passwd", "--new-password-fd", reading, pass_fds=(reading,))
    os.close(reading)
    assert show(person, password=None)[0] == 5
    assert show(person)[0] == 4
    assert show(person, password="the new one")[:2] == (0, "value\n")


def test_rekey(vault):
    vault.set("A", "one")
    vault.set("A", "two")
    assert "2 value(s)" in vault.ok("rekey")
    assert vault.value("A", "--version", "1") == b"one"
    assert vault.json("vault", "check")["sound"]


def test_recovery_kit(person):
    assert "terminal" in person.fails(5, "init", "--recovery-kit", "--no-import")
    terminal = person.terminal("init", "--recovery-kit", "--no-import", password=PASSWORD)
    status, shown = terminal.finish()
    assert status == 0, shown
    code = [line.strip() for line in shown.splitlines() if line.startswith("    ")][0]
    person.set("A", "value")
    terminal = person.terminal("passwd", "--recovery-code")
    terminal.expect("Recovery code: ")
    terminal.type(code + "\r")
    terminal.expect("New master password: ")
    terminal.type("forgotten no more\r")
    terminal.expect("The same again: ")
    terminal.type("forgotten no more\r")
    status, rest = terminal.finish()
    assert status == 0, rest
    assert person.run("get", "A", "--stdout", password="forgotten no more")[:2] == (0, "value")
    raw = b"".join(path.read_bytes() for path in person.home.iterdir())
    assert code.encode() not in raw and code.replace("-", "").encode() not in raw


@needs("gnome-keyring-daemon", "dbus-run-session", "secret-tool")
def test_gnome_keyring(unlockable):
    person = unlockable
    runtime = person.root / "runtime"
    runtime.mkdir(mode=0o700)
    script = f"""set -e
        printf 'login' | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null
        "{PROGRAM}" unlock --remember-in secret-service
        unset EXECKIT_VAULT_PASSWORD
        "{PROGRAM}" lock
        "{PROGRAM}" run -- sh -c 'echo "got $A"'
        "{PROGRAM}" status --json
        """
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script], env=person.environment(XDG_RUNTIME_DIR=str(runtime)),
        cwd=person.project, capture_output=True, timeout=PATIENCE, start_new_session=True)
    assert done.returncode == 0, done.stderr.decode()
    assert "got value" in done.stdout.decode()
    assert '"password_store":"secret-service"' in done.stdout.decode()


def test_a_missing_helper_is_named(vault):
    vault.set("A", "value")
    (vault.home / "keyring.json").write_text('{"store":"secret-service"}')
    (vault.home / "keyring.json").chmod(0o600)
    status, out, err = vault.run("get", "A", "--stdout", password=None, env={"PATH": "/nowhere"})
    assert status == 8 and "secret-tool" in err
    (vault.home / "keyring.json").write_text("{}x")
    assert vault.run("get", "A", "--stdout", password=None)[0] == 6


def checks(person, status, **more):
    found, out, err = person.run("doctor", "--json", **more)
    assert found == status, (out, err)
    return {check["name"]: (check["works"], check["detail"]) for check in json.loads(out)["checks"]}


def test_doctor_tries_where_the_password_comes_from(vault):
    found = checks(vault, 0)
    assert found["password"] == (True, "handed over to this run; it opens the vault")
    assert found["directory"][1] == "project shop, environment development"
    assert not checks(vault, 1, password="wrong")["password"][0]
    found = checks(vault, 0, password=None)
    assert found["password"][1].startswith("typed when needed")
    path = vault.root / "password"
    path.write_text(PASSWORD + "\n")
    path.chmod(0o600)
    (vault.home / "keyring.json").write_text(json.dumps({"store": "file", "path": str(path)}))
    (vault.home / "keyring.json").chmod(0o600)
    assert checks(vault, 0, password=None)["password"] == (True, "asked of file; it opens the vault")
    path.write_text("another\n")
    works, detail = checks(vault, 1, password=None)["password"]
    assert not works and "does not open this vault" in detail
    path.chmod(0o644)
    assert "file: " in checks(vault, 1, password=None)["password"][1]
    (vault.home / "keyring.json").write_text(json.dumps({"store": "secret-service"}))
    detail = checks(vault, 1, password=None, env={"PATH": "/nowhere"})["password"][1]
    assert detail == "secret-service: the program secret-tool is not installed (or not in PATH)"
    # Nothing was logged and nothing was opened.
    assert [row["action"] for row in vault.json("log")["actions"]] == ["project.create", "vault.create"]


def test_doctor_without_a_vault(person):
    assert checks(person, 1)["vault"] == (False, "there is no vault yet; make one with: execkit init")
