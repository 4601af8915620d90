"""Vault files that are not what they must be, and two writers at once."""

import json
import os
import pathlib
import resource
import shutil
import sqlite3
import subprocess
import time

import pytest
from vault_support import PATIENCE, PROGRAM, without_memfd_secret


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


def test_a_read_only_directory(ordinary):
    ordinary.set("A", "before")
    ordinary.home.chmod(0o500)
    try:
        assert "cannot be written" in ordinary.fails(10, "set", "A", "--stdin", stdin=b"x")
        assert "cannot be written" in ordinary.fails(10, "get", "A", "--stdout")
    finally:
        ordinary.home.chmod(0o700)
    assert ordinary.value("A") == b"before"


def test_a_full_disk_loses_nothing_and_runs_nothing(person):
    person.home.mkdir(mode=0o700)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", person.home], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        person.init()
        person.set("A", "before")
        ballast = person.home / "ballast"
        with open(ballast, "wb", buffering=0) as file:
            with pytest.raises(OSError):
                while True:
                    file.write(b"x" * 4096)
        assert "disk is full" in person.fails(10, "set", "A", "--stdin", stdin=b"x" * 100_000)
        # Small writes may still find room in pages that exist; the disk is full for good when a row no longer fits.
        for _ in range(1000):
            status, out, err = person.run("run", "--", "touch", "ran")
            if status != 0:
                break
            (person.project / "ran").unlink()
        assert status == 10 and "disk is full" in err
        assert not (person.project / "ran").exists()
        ballast.unlink()
        assert person.value("A") == b"before"
        person.set("A", "after")
        assert person.value("A") == b"after"
        assert person.json("vault", "check")["sound"]
    finally:
        subprocess.run(["umount", person.home], check=True)


def test_a_file_that_may_not_grow_loses_nothing(vault):
    """Another way for a disk to end: the limit of a process."""
    vault.set("A", "before")
    limit = database(vault).stat().st_size + 8192

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    status, out, err = vault.run("set", "A", "--stdin", stdin=b"x" * 500_000, preexec_fn=small)
    assert status == 10, (out, err)
    assert vault.value("A") == b"before"
    assert vault.json("vault", "check")["sound"]


FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


@pytest.mark.skipif(FAKETIME is None, reason="not installed: faketime")
def test_a_clock_set_back_changes_no_order(vault):
    past = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": "@2001-01-01 00:00:00", "DONT_FAKE_MONOTONIC": "1"}
    vault.set("A", "first", "--expires", "2020-01-31")
    vault.ok("set", "A", "--stdin", stdin=b"second", env=past)
    assert vault.value("A") == b"second"
    history = vault.json("history", "A")["versions"]
    assert [(row["version"], row["current"]) for row in history] == [(2, True), (1, False)]
    # The clock did go back, in the vault's own eyes.
    assert history[0]["created_at"].startswith("2001-01-01") and history[1]["created_at"] > "2020"
    rows = vault.json("log")["actions"]
    assert [row["seq"] for row in rows] == list(range(len(rows), 0, -1))
    assert vault.json("list")["secrets"][0]["expired"]
    assert vault.json("vault", "check")["sound"] and vault.json("vault", "check", env=past)["sound"]


def locked_memory(limit):
    def change():
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (limit, limit))
    return change


def test_too_little_locked_memory_is_an_error_with_the_fix(ordinary):
    error = ordinary.fails(10, "set", "A", "--stdin", stdin=b"x", preexec_fn=locked_memory(0))
    assert "ulimit -l" in error and "limit 0 bytes" in error
    # Some is there, and not enough for a value of this size.
    error = ordinary.fails(10, "set", "A", "--stdin", stdin=b"x" * 2_000_000, preexec_fn=locked_memory(1 << 20))
    assert "ulimit -l" in error
    assert ordinary.json("list")["secrets"] == []


def test_a_kernel_without_memfd_secret(ordinary):
    assert ordinary.json("status", preexec_fn=without_memfd_secret)["memory"] == "mlock"
    ordinary.ok("set", "A", "--stdin", stdin=b"locked", preexec_fn=without_memfd_secret)
    assert ordinary.run("get", "A", "--stdout", preexec_fn=without_memfd_secret)[:2] == (0, "locked")

    def neither():
        locked_memory(0)()
        without_memfd_secret()

    assert "ulimit -l" in ordinary.fails(10, "get", "A", "--stdout", preexec_fn=neither)
    assert "ulimit -l" in ordinary.ok("status", password=None, preexec_fn=neither)


def test_attributes_that_someone_changed(vault):
    vault.set("A", "value", "--scope", "client")
    vault.set("B", "other")
    connection = sqlite3.connect(database(vault))
    connection.execute("UPDATE secret SET scope = 'server' WHERE key = 'A'")
    connection.commit()
    connection.close()
    for arguments in (["run", "--scope", "server", "--", "touch", "ran"], ["get", "A", "--stdout"], ["export", "--stdout"], ["tag", "A", "--add", "x"]):
        status, out, err = vault.run(*arguments)
        assert status == 4 and out == "", (arguments, out, err)
    assert not (vault.project / "ran").exists()
    status, out, err = vault.run("vault", "check", "--json")
    assert status == 1 and [place["key"] for place in json.loads(out)["changed_attributes"]] == ["A"]
    assert vault.value("B") == b"other"
    vault.ok("rm", "A")
    vault.set("A", "value", "--scope", "client")
    assert vault.ok("run", "--scope", "client", "--", "sh", "-c", 'printf %s "$A"') == "value"


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


def test_a_backup_makes_a_vault_where_there_is_none_and_where_it_is_damaged(vault):
    vault.set("A", "before")
    backup = vault.root / "backup.db"
    vault.ok("vault", "backup", backup)
    moved = vault.root / "moved"
    vault.home.rename(moved)
    assert "Restored." in vault.ok("vault", "restore", backup)
    assert vault.value("A") == b"before"
    file = database(vault)
    damaged = file.read_bytes()
    damaged = damaged[:4096] + b"x" * (len(damaged) - 4096)
    file.write_bytes(damaged)
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    error = vault.fails(9, "list")
    assert "vault restore" in error
    # A backup that is none leaves the damaged file in its place.
    other = vault.root / "other.db"
    other.write_bytes(damaged)
    other.chmod(0o600)
    vault.fails(9, "vault", "restore", other, "--yes")
    assert file.read_bytes() == damaged
    vault.fails(5, "vault", "restore", backup)
    vault.ok("vault", "restore", backup, "--yes")
    assert vault.value("A") == b"before" and vault.json("vault", "check")["sound"]
    (aside,) = [path for path in vault.home.iterdir() if path.name.startswith("vault-before") and path.suffix == ".db"]
    assert aside.read_bytes() == damaged
    # What is no vault at all is never moved.
    file.write_bytes(b"notes of mine\n" * 400)
    vault.fails(9, "vault", "restore", backup, "--yes")
    assert file.read_bytes().startswith(b"notes")


def tampered(vault, *statements):
    connection = sqlite3.connect(database(vault))
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_secret_without_its_current_version_is_found(vault):
    """It is in no list and goes to no program, so the check is all that tells of it."""
    vault.set("A", "old")
    vault.set("A", "new")
    tampered(vault, "UPDATE secret SET current_version = 7")
    for arguments in (["vault", "check", "--json"], ["vault", "check", "--locked", "--json"]):
        status, out, err = vault.run(*arguments)
        assert status == 1 and json.loads(out)["broken_references"] == 1, (arguments, out, err)


def test_a_trigger_in_the_vault_is_found(vault):
    vault.set("A", "value")
    backup = vault.root / "backup.db"
    tampered(vault, "CREATE TRIGGER t AFTER INSERT ON action_log BEGIN DELETE FROM action_log; END")
    vault.ok("vault", "backup", backup)
    status, out, err = vault.run("vault", "check", "--json")
    assert status == 1 and not json.loads(out)["sound"], (out, err)
    vault.fails(9, "vault", "restore", backup, "--yes")


def test_numbers_that_none_can_follow_are_damage(vault):
    vault.set("A", "value")
    tampered(vault, f"INSERT INTO secret_version VALUES (1, {2**63 - 1}, 'AAAA', 'x')")
    vault.fails(9, "set", "A", "--stdin", stdin=b"x")
    tampered(vault, f"UPDATE action_log SET seq = {2**63 - 1} WHERE seq = 2")
    vault.fails(9, "get", "A", "--stdout")
    vault.fails(9, "rm", "A")


def test_a_tag_that_is_no_text_is_damage(vault):
    vault.set("A", "value")
    tampered(vault, "UPDATE secret SET tags = '[1]'")
    vault.fails(9, "get", "A", "--stdout")
    assert vault.run("vault", "check")[0] in (1, 9)


def test_a_table_that_is_missing_is_damage(vault):
    tampered(vault, "DROP TABLE action_log")
    vault.fails(9, "log")
    assert vault.run("vault", "check")[0] in (1, 9)


def test_an_import_that_is_killed_is_there_as_a_whole_or_not_at_all(vault):
    """kill -9 at points spread over an import of a thousand keys, which is thousands of writes in one transaction."""
    text = "".join(f"KEY_{index}=value {index}\n" for index in range(1000)).encode()
    (vault.project / "many.env").write_bytes(text)
    points = 12
    began = time.monotonic()
    vault.ok("import", "many.env")
    whole = time.monotonic() - began
    for point in range(points):
        name = f"round{point}"
        vault.ok("envs", "add", name)
        process = subprocess.Popen(
            [PROGRAM, "import", "many.env", "--env", name], cwd=vault.project, env=vault.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(whole * (point + 0.5) / points)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        rows = [row["detail"] for row in vault.json("log", "--limit", "1")["actions"] if row["action"] == "secret.import"]
        keys = len(vault.json("list", "--env", name)["secrets"])
        assert keys in (0, 1000)
        assert [row["environment"] == name and row["count"] for row in rows] == ([1000] if keys else [])
    found = vault.json("vault", "check")
    assert found["sound"] and found["frames"] >= 1000
