"""Vault files that are not what they must be, and two writers at once."""

import os
import shutil
import sqlite3
import subprocess
import sys

import pytest
from vault_support import PATIENCE, PROGRAM


def database(person):
    return person.home / "vault.db"


def test_no_vault(person):
    for arguments in (["list"], ["run", "--", "true"], ["log"], ["lock"]):
        assert "execkit init" in person.fails(3, *arguments)


def test_a_vault_open_to_others_is_refused_with_the_fix(vault):
    database(vault).chmod(0o644)
    assert "chmod 600" in vault.fails(5, "list")
    database(vault).chmod(0o600)
    vault.home.chmod(0o755)
    assert "chmod 700" in vault.fails(5, "list")


def test_a_symbolic_link_in_place_of_the_vault_is_refused(vault):
    target = vault.root / "elsewhere.db"
    shutil.move(database(vault), target)
    database(vault).symlink_to(target)
    assert "symbolic link" in vault.fails(5, "list")


def test_a_foreign_file_is_left_as_it_is(person):
    person.home.mkdir(mode=0o700)
    database(person).write_bytes(b"not a vault at all, but 100 bytes of something else" * 4)
    database(person).chmod(0o600)
    before = database(person).read_bytes()
    person.fails(9, "list")
    assert person.run("init", "--no-import")[0] in (7, 9)
    assert database(person).read_bytes() == before


def test_another_programs_database_is_left_as_it_is(person):
    person.home.mkdir(mode=0o700)
    with sqlite3.connect(database(person)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    database(person).chmod(0o600)
    person.fails(9, "list")
    assert person.run("init", "--no-import")[0] in (7, 9)
    with sqlite3.connect(database(person)) as connection:
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("theirs",)]
    connection.close()


def test_a_newer_vault_is_refused(vault):
    connection = sqlite3.connect(database(vault))
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert "upgrade" in vault.fails(9, "list")


def test_a_changed_byte_of_a_value_is_found(vault):
    vault.set("A", "value")
    connection = sqlite3.connect(database(vault))
    frame = connection.execute("SELECT frame FROM secret_version").fetchone()[0]
    changed = ("B" if frame[20] != "B" else "C")
    connection.execute("UPDATE secret_version SET frame = ?", (frame[:20] + changed + frame[21:],))
    connection.commit()
    connection.close()
    vault.fails(4, "get", "A", "--stdout")
    status, out, err = vault.run("vault", "check", "--json")
    assert status == 1 and '"sound":false' in out


def test_a_value_moved_to_another_key_does_not_open(vault):
    vault.set("A", "value")
    vault.set("B", "other")
    connection = sqlite3.connect(database(vault))
    connection.execute("UPDATE secret_version SET frame = (SELECT frame FROM secret_version WHERE secret = 1) WHERE secret = 2")
    connection.commit()
    connection.close()
    vault.fails(4, "get", "B", "--stdout")


def test_a_broken_log_is_found(vault):
    vault.set("A", "value")
    connection = sqlite3.connect(database(vault))
    connection.execute("UPDATE action_log SET detail = '{}' WHERE seq = 2")
    connection.commit()
    connection.close()
    status, out, err = vault.run("vault", "check", "--locked", "--json", password=None)
    assert status == 1 and '"broken_action":2' in out


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_directory(vault):
    vault.home.chmod(0o500)
    try:
        assert vault.run("set", "A", "--stdin", stdin=b"x")[0] in (5, 10)
    finally:
        vault.home.chmod(0o700)


def test_writers_at_once_lose_nothing(vault):
    running = [
        subprocess.Popen(
            [PROGRAM, "set", f"KEY_{index}", "--stdin"], cwd=vault.project, env=vault.environment(), stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, start_new_session=True)
        for index in range(4)
    ]
    for process in running:
        process.communicate(b"value", timeout=PATIENCE)
    statuses = [process.returncode for process in running]
    # 7 says: another program held the vault, nothing was changed.
    assert set(statuses) <= {0, 7} and 0 in statuses
    kept = {secret["key"] for secret in vault.json("list")["secrets"]}
    assert kept == {f"KEY_{index}" for index, status in enumerate(statuses) if status == 0}
    assert vault.json("vault", "check")["sound"]


def test_backup_and_restore(vault):
    vault.set("A", "before")
    backup = vault.root / "backup.db"
    vault.ok("vault", "backup", backup)
    assert backup.stat().st_mode & 0o777 == 0o600
    before = backup.read_bytes()
    vault.fails(7, "vault", "backup", backup)
    assert backup.read_bytes() == before
    vault.fails(3, "vault", "restore", vault.root / "nowhere.db", "--yes")
    vault.set("A", "after")
    vault.fails(5, "vault", "restore", backup)
    vault.ok("vault", "restore", backup, "--yes")
    assert vault.value("A") == b"before"
    assert [path for path in vault.home.iterdir() if path.name.startswith("vault-before-restore-")]
    foreign = vault.root / "foreign"
    foreign.write_text("not a vault")
    foreign.chmod(0o600)
    assert vault.run("vault", "restore", foreign, "--yes")[0] in (9, 5)
    assert vault.value("A") == b"before"
