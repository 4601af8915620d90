"""`import` and `export`: plans, conflicts, bad lines by number, other readers."""

import io
import json
import os
import subprocess
import time

import dotenv
import pytest
import yaml
from vault_support import PATIENCE, PROGRAM

TEXT = """A=1
export B="two\\nlines"
C='single # quoted'
D=bare # comment
E=`back"tick`
"""
VALUES = {"A": "1", "B": "two\nlines", "C": "single # quoted", "D": "bare", "E": 'back"tick'}


def put(person, name, text):
    (person.project / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def test_the_plan(vault):
    put(vault, ".env", TEXT)
    vault.set("A", "1")
    vault.set("D", "other")
    plan = vault.json("import", "--dry-run")
    assert {row["key"]: row["plan"] for row in plan["entries"]} == {
        "A": "unchanged", "B": "new", "C": "new", "D": "changed", "E": "new"}
    assert len(vault.json("list")["secrets"]) == 2
    assert "--overwrite" in vault.fails(7, "import")
    vault.ok("import", "--skip-existing")
    assert vault.value("D") == b"other"
    vault.ok("import", "--overwrite")
    assert json.loads(vault.ok("export", "--format", "json", "--stdout")) == VALUES
    assert len(vault.json("history", "A")["versions"]) == 1


def test_delete_source_only_when_all_of_it_is_in(vault):
    put(vault, ".env", TEXT)
    vault.set("D", "other")
    vault.fails(5, "import", "--skip-existing", "--delete-source")
    assert (vault.project / ".env").exists()
    vault.ok("import", "--overwrite", "--delete-source")
    assert not (vault.project / ".env").exists()
    vault.fails(64, "import", "-", "--delete-source")


def test_bad_lines_are_named_by_number_and_never_quoted(vault):
    put(vault, ".env", "A=1\nzebra\n1B=zebra\nC='zebra'x\nA=2\nD=\"zebra\n")
    error = vault.fails(6, "import")
    for line in (2, 3, 4, 5, 6):
        assert f".env, line {line}:" in error
    assert "zebra" not in error
    assert vault.json("list")["secrets"] == []
    vault.ok("import", "--skip-invalid")
    assert vault.value("A") == b"2"


@pytest.mark.parametrize(
    "format, text",
    [
        ("json", b'{"A=B": "zebra"}'), ("json", b'{"A\\u0000B": "zebra"}'), ("json", b'{"": "zebra"}'), ("json", b'{"A B": "zebra"}'),
        ("yaml", b"A=B: zebra\n"), ("yaml", b'"A\\0B": zebra\n'), ("yaml", b"'': zebra\n"), ("dotenv", b"A\0B=zebra\n"), ("dotenv", b"A=ze\0bra\n"),
        ("dotenv", b"=zebra\n"), ("dotenv", b"A-B=zebra\n"), ("yaml", b"A: [zebra]\n"),
    ])
def test_bad_names_and_values_of_a_file(vault, format, text):
    error = vault.fails(6, "import", "-", "--format", format, stdin=text)
    assert "line 1:" in error and "zebra" not in error
    assert vault.json("list")["secrets"] == []


@pytest.mark.parametrize(
    "format, text", [("dotenv", b"A=1\nB=x\nA=2\n"), ("json", b'{"A": "1",\n"B": "x",\n"A": "2"}'), ("yaml", b"A: '1'\nB: x\nA: '2'\n")])
def test_of_a_name_given_twice_the_later_counts_and_it_is_told(vault, format, text):
    status, out, err = vault.run("import", "-", "--format", format, stdin=text)
    assert status == 0 and "line 3: the name stands on line 1 already" in err
    assert vault.value("A") == b"2"


def test_a_value_with_nul_goes_into_the_vault_and_into_no_environment(vault):
    vault.ok("import", "-", "--format", "json", stdin=b'{"A": "ze\\u0000bra", "B": "1"}')
    assert vault.value("A") == b"ze\0bra"
    error = vault.fails(6, "run", "--", "touch", "ran")
    assert "A" in error and "NUL" in error and "bra" not in error
    assert not (vault.project / "ran").exists()
    assert vault.ok("run", "--only", "B", "--", "sh", "-c", 'printf %s "$B"') == "1"


def test_the_log_has_an_export_before_its_first_byte(vault):
    """The export waits at a full pipe; meanwhile its row is there, and not one byte of it."""
    vault.set("A", "value")
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    filler = 0
    with pytest.raises(BlockingIOError):
        while True:
            filler += os.write(writing, b"." * 1024)
    os.set_blocking(writing, True)
    process = subprocess.Popen(
        [PROGRAM, "export", "--stdout"], cwd=vault.project, env=vault.environment(), stdin=subprocess.DEVNULL, stdout=writing,
        start_new_session=True)
    os.close(writing)
    deadline = time.monotonic() + PATIENCE
    while vault.json("log")["actions"][0]["action"] != "secret.export":
        assert time.monotonic() < deadline and process.poll() is None
    out = b""
    while piece := os.read(reading, 65536):
        out += piece
    os.close(reading)
    assert process.wait(PATIENCE) == 0
    assert out == b"." * filler + b"A=value\n"


def test_formats(vault):
    put(vault, "a.json", '{"A": "x", "N": 12, "T": true}')
    vault.ok("import", "a.json")
    put(vault, "b.yaml", "B: y\nP: |\n  one\n  two\n")
    vault.ok("import", "b.yaml")
    vault.ok("import", "-", stdin=b"C=z\r\n")
    vault.ok("import", "-", "--format", "json", stdin=b'{"D": "w"}')
    assert json.loads(vault.ok("export", "--format", "json", "--stdout")) == {
        "A": "x", "N": "12", "T": "true", "B": "y", "P": "one\ntwo\n", "C": "z", "D": "w"}
    types = {secret["key"]: secret["type"] for secret in vault.json("list")["secrets"]}
    assert (types["N"], types["T"], types["A"]) == ("number", "boolean", "string")
    put(vault, "c.json", '{"A": ["zebra"], "B": 1')
    assert "zebra" not in vault.fails(6, "import", "c.json")
    vault.fails(3, "import", "missing.env")
    vault.fails(64, "import", "a.json", "--format", "toml")


NASTY = [
    "", " ", "plain", "two words", "a#b", "a #b", "'", '"', "`", "'\"`", "\\", "\\n", "a\nb", "a\r\nb", "\t", "$HOME", "${A}", "é😀",
    "true", "null", "12", "- x", ": ", "x: y", "#", "=", "--", "\u2028", "\x7f", "\x01", "!tag", "*a", "&a", "%", "@", "a\\", "\\'",
]


def fill(person):
    values = {f"KEY_{index}": value for index, value in enumerate(NASTY)}
    person.ok("import", "-", "--format", "json", stdin=json.dumps(values).encode())
    return values


def test_exports_are_what_other_readers_read(vault):
    values = fill(vault)
    assert json.loads(vault.ok("export", "--format", "json", "--stdout")) == values
    assert yaml.safe_load(vault.run("export", "--format", "yaml", "--stdout", raw=True)[1].decode()) == values
    # python-dotenv takes the second of two backslashes before a closing quote for an escape, so it reads no value that
    # ends in one.
    plain = [key for key, value in values.items() if "\\" not in value]
    text = vault.run("export", "--only", *plain, "--stdout", raw=True)[1].decode()
    read = dotenv.dotenv_values(stream=io.StringIO(text, newline=""), interpolate=False)
    assert read == {key: values[key] for key in plain}
    script = vault.run("export", "--format", "shell", "--stdout", raw=True)[1]
    script += b"".join(b"printf '%%s\\0' \"$%s\"\n" % key.encode() for key in values)
    out = subprocess.run(["sh", "-s"], input=script, capture_output=True, check=True).stdout
    assert [part.decode() for part in out.split(b"\0")[:-1]] == list(values.values())


@pytest.mark.parametrize("format", ["dotenv", "json", "yaml"])
def test_what_is_exported_is_imported_the_same(vault, format):
    values = fill(vault)
    text = vault.run("export", "--format", format, "--stdout", raw=True)[1]
    vault.ok("envs", "add", "copy")
    vault.ok("import", "-", "--format", format, "--env", "copy", stdin=text)
    assert json.loads(vault.ok("export", "--format", "json", "--stdout", "--env", "copy")) == values


# None ends in a backslash inside of quotes, for the reason above.
AGREED = [
    b"A=1\n", b"A='x y'\nB=\"a\\nb\\\"c\\\\d\"\n", b"export A=1\n", b"A=b # c\n", b"A=b#c\n", b"# x\n\nA=1", b"A=\n", b"A='m\nn'\nB=2\n",
    b"\xef\xbb\xbfA=1\n", b"A=1\r\nB=2\r\n", b"A = 1\n", b"A='b' # c\n", b"A=b c  d\n", b"A=1\nA=2\n",
]


@pytest.mark.parametrize("text", AGREED)
def test_dotenv_is_read_as_python_dotenv_reads_it(vault, text):
    put(vault, "x.env", text)
    vault.ok("import", "x.env", "--skip-invalid")
    theirs = dotenv.dotenv_values(vault.project / "x.env", interpolate=False, encoding="utf-8-sig")
    assert json.loads(vault.ok("export", "--format", "json", "--stdout")) == dict(theirs)


def test_export_refuses_a_pipe_and_is_logged(vault):
    vault.set("A", "1")
    before = len(vault.json("log")["actions"])
    vault.fails(5, "export")
    assert len(vault.json("log")["actions"]) == before
    vault.ok("export", "--stdout")
    assert vault.json("log")["actions"][0]["action"] == "secret.export"
    vault.set("B", b"\xff")
    assert "B" in vault.fails(6, "export", "--format", "json", "--stdout")
    assert vault.ok("export", "--only", "A", "--stdout") == "A=1\n"


def test_a_thousand_keys_at_once(vault):
    put(vault, "many.env", "".join(f"KEY_{index}=value {index}\n" for index in range(1000)))
    vault.ok("import", "many.env", "--delete-source")
    assert len(vault.json("list")["secrets"]) == 1000
    assert vault.value("KEY_999") == b"value 999"
