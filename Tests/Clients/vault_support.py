"""A person's vault in a scratch home, made with the person's own program, for tests of the tools that list and use secrets."""

import hashlib
import os
import pathlib
import secrets
import subprocess
import tempfile

import pytest
from execkit_client import PATIENCE, PROGRAM, Server

# Beside the server, as they are installed.
PERSON = str(pathlib.Path(PROGRAM).parent / "execkit")
KEEPER = str(pathlib.Path(PROGRAM).parent / "execkit-keeper")
PASSWORD = "correct horse " + secrets.token_hex(8)


class Vault:
    """One home with a vault, one project directory `shop` with the environments development and production."""

    def __init__(self, root, unlocked=True):
        self.root = pathlib.Path(root)
        self.home = self.root / "home"
        self.project = self.root / "shop"
        for place in (self.home, self.project):
            place.mkdir()
        self.values = {}
        self.ok("init", "--no-import", "--env", "development", "--env", "production")
        if unlocked:
            self.unlock()

    @property
    def settings(self):
        return {"HOME": str(self.home), "EXECKIT_HOME": str(self.root / "vault"), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    def ok(self, *arguments, stdin=b"", cwd=None):
        """What the person's program says to a command that must succeed."""
        done = subprocess.run(
            [PERSON, *arguments], input=stdin, capture_output=True, cwd=cwd or self.project, timeout=PATIENCE,
            env={**self.settings, "EXECKIT_VAULT_PASSWORD": PASSWORD}, start_new_session=True)
        assert done.returncode == 0, (arguments, done.returncode, done.stdout, done.stderr)
        return done.stdout.decode()

    def unlock(self):
        self.ok("unlock")

    def lock(self):
        self.ok("lock")

    def set(self, key, *arguments, value=None):
        """Keeps a value that nobody has ever seen, and returns it."""
        value = value or secrets.token_hex(20)
        self.ok("set", key, "--stdin", *arguments, stdin=value.encode())
        self.values[key] = value
        return value

    def server(self, *, capabilities=None, version="2025-11-25", handshake=True, env=None, **options):
        server = Server(home=self.home, cwd=self.project, env={**self.settings, **(env or {})}, **options)
        if handshake:
            server.initialize(version, capabilities)
        return server

    def assert_hidden(self, text):
        """No value of this vault stands in what somebody got."""
        text = text if isinstance(text, bytes) else str(text).encode()
        for key, value in self.values.items():
            assert value.encode() not in text, key


def needs_programs():
    missing = [path for path in (PERSON, KEEPER) if not os.access(path, os.X_OK)]
    if missing:
        pytest.skip(f"not built beside the server: {', '.join(os.path.basename(path) for path in missing)}")


def digest_of(key):
    """A command that says what it got without showing it."""
    return ["sh", "-c", f'printf %s "${key}" | sha256sum']


def digest(value):
    return hashlib.sha256(value.encode()).hexdigest() + "  -\n"


def scratch():
    return tempfile.TemporaryDirectory(prefix="execkit-vault-")
