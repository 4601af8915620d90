"""From nothing to a program that runs with its secrets, as the README tells it."""

from vault_support import PASSWORD

DOTENV = """# settings
export STRIPE_KEY="sk_made_up"
DATABASE_URL=postgres://u:p@localhost/shop # local
PEM='line one
line two'
EMPTY=
"""


def test_a_newcomer_at_a_terminal(person):
    (person.project / ".env").write_text(DOTENV)
    terminal = person.terminal("init")
    terminal.expect("Choose a master password")
    terminal.expect("New master password: ")
    terminal.type("pass wrong\x7f\x7f\x7f\x7f\x7fword\r")
    terminal.expect("The same again: ")
    terminal.type("pass word\r")
    terminal.expect("Your password is stored nowhere")
    terminal.expect("+ STRIPE_KEY  new")
    terminal.expect("Import into shop/development? [Y/n] ")
    terminal.type("\n")
    terminal.expect("Delete .env now?")
    terminal.type("y\n")
    status, rest = terminal.finish()
    assert status == 0, rest
    assert "Next: execkit run" in rest
    assert not (person.project / ".env").exists()

    terminal = person.terminal("run", "--", "sh", "-c", 'printf "%s|%s" "$DATABASE_URL" "$PEM"')
    terminal.expect("Master password: ")
    terminal.type("pass wurd\r")
    terminal.expect("Wrong password.")
    terminal.expect("Master password: ")
    terminal.type("pass word\r")
    status, rest = terminal.finish()
    assert status == 0
    assert "postgres://u:p@localhost/shop|line one\nline two" in rest
    assert "pass word" not in rest


def test_without_a_terminal(person):
    out = person.init(DOTENV)
    assert "Imported 4 of 4 into shop/development." in out
    assert (person.project / ".env").exists()
    assert person.ok("run", "--", "sh", "-c", 'echo "$STRIPE_KEY"') == "sk_made_up\n"
    assert person.value("PEM") == b"line one\nline two"
    assert (person.home / "vault.db").stat().st_mode & 0o777 == 0o600
    assert person.home.stat().st_mode & 0o777 == 0o700
    raw = b"".join(path.read_bytes() for path in person.home.iterdir())
    for value in (b"sk_made_up", b"postgres://u:p", b"line two", PASSWORD.encode()):
        assert value not in raw
    assert "id = " in (person.project / "execkit.toml").read_text()


def test_two_different_passwords_make_no_vault(person):
    terminal = person.terminal("init")
    terminal.expect("New master password: ")
    terminal.type("one\r")
    terminal.expect("The same again: ")
    terminal.type("two\r")
    status, rest = terminal.finish()
    assert status == 6, rest
    assert not (person.home / "vault.db").exists()


def test_control_c_at_the_prompt_leaves_the_terminal_as_it_was(person):
    import termios

    terminal = person.terminal("init")
    terminal.expect("New master password: ")
    assert not termios.tcgetattr(terminal.fd)[3] & termios.ECHO
    terminal.type("\x03")
    status, rest = terminal.finish()
    assert status == 5, rest


def test_a_second_directory_gets_a_project_of_its_own(vault):
    other = vault.root / "other"
    other.mkdir()
    vault.ok("init", "--no-import", "--env", "live", cwd=other)
    names = {project["name"]: project["environments"] for project in vault.json("projects")["projects"]}
    assert names == {"shop": ["development"], "other": ["live"]}
    vault.set("A", "1")
    deep = vault.project / "a" / "b"
    deep.mkdir(parents=True)
    assert [secret["key"] for secret in vault.json("list", cwd=deep)["secrets"]] == ["A"]
    assert vault.json("list", cwd=other)["secrets"] == []


def test_a_cloned_execkit_toml_makes_the_project_in_this_vault(person):
    (person.project / "execkit.toml").write_text('[project]\nid = "' + "0" * 32 + '"\nname = "theirs"\nenvironment = "dev"\nx = 1\n')
    person.ok("init", "--no-import")
    text = (person.project / "execkit.toml").read_text()
    assert "0" * 32 not in text and 'name = "theirs"' in text and "x = 1" in text
    person.set("A", "1")


def test_a_directory_whose_execkit_toml_was_lost(vault):
    vault.set("A", "value")
    (vault.project / "execkit.toml").unlink()
    assert "--link" in vault.fails(7, "init", "--no-import")
    assert not (vault.project / "execkit.toml").exists()
    vault.ok("init", "--no-import", "--link")
    assert vault.value("A") == b"value"
    (vault.project / "execkit.toml").unlink()
    terminal = vault.terminal("init", "--no-import", password=PASSWORD)
    terminal.expect("[y/N]")
    terminal.type("y\n")
    assert terminal.finish()[0] == 0
    assert vault.value("A") == b"value"
    assert len(vault.json("projects")["projects"]) == 1
