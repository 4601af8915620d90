"""The person's program in a scratch home, driven through pipes and a pseudo-terminal.

Nothing waits a fixed time: whatever is awaited has a deadline far above what a slow machine needs.
"""

import ctypes
import errno
import json
import os
import pathlib
import pty
import pwd
import secrets
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import time

import pytest

PROGRAM = os.environ["EXECKIT_BIN"]
PATIENCE = 120.0
# Its own in every run, because a test looks for it in all processes of the machine.
PASSWORD = "correct horse " + secrets.token_hex(8)


class Person:
    """One home, one project directory."""

    def __init__(self, root: pathlib.Path, program=PROGRAM, user=None):
        self.root = root
        self.program = program
        # Who runs the programs, when that is somebody else: for subprocess.
        self.identity = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
        self.home = root / "home"
        self.project = root / "shop"
        self.project.mkdir(parents=True)
        (root / "user").mkdir()
        (root / "bin").mkdir()
        self.extra: dict[str, str] = {}

    def environment(self, password=PASSWORD, **more):
        environment = {
            "PATH": f"{self.root}/bin:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.root / "user"),
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "EXECKIT_HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        if password is not None:
            environment["EXECKIT_VAULT_PASSWORD"] = password
        environment.update(self.extra)
        environment.update(more)
        return environment

    def run(self, *arguments, stdin=b"", password=PASSWORD, cwd=None, env=None, **more):
        """Runs to the end; gives status, stdout, stderr as text (bytes with `raw=True`)."""
        raw = more.pop("raw", False)
        done = subprocess.run(
            [self.program, *map(str, arguments)], input=stdin, capture_output=True, cwd=cwd or self.project, timeout=PATIENCE,
            env=self.environment(password, **(env or {})), start_new_session=True, **self.identity, **more)
        if raw:
            return done.returncode, done.stdout, done.stderr
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def ok(self, *arguments, **more):
        status, out, err = self.run(*arguments, **more)
        assert status == 0, (arguments, status, out, err)
        return out

    def fails(self, status, *arguments, **more):
        found, out, err = self.run(*arguments, **more)
        assert found == status, (arguments, found, out, err)
        return err

    def json(self, *arguments, **more):
        return json.loads(self.ok(*arguments, "--json", **more))

    def init(self, dotenv=None):
        if dotenv is not None:
            (self.project / ".env").write_bytes(dotenv if isinstance(dotenv, bytes) else dotenv.encode())
        return self.ok("init", "--import" if dotenv is not None else "--no-import")

    def set(self, key, value, *arguments):
        value = value.encode() if isinstance(value, str) else value
        return self.ok("set", key, "--stdin", *arguments, stdin=value)

    def value(self, key, *arguments):
        status, out, err = self.run("get", key, "--stdout", *arguments, raw=True)
        assert status == 0, err
        return out

    def terminal(self, *arguments, password=None, cwd=None):
        return Terminal(self, arguments, password, cwd or self.project)

    def tool(self, name, script):
        """An executable of this name, found before the system's."""
        path = self.root / "bin" / name
        path.write_text(script)
        path.chmod(0o755)
        return path


class Terminal:
    """The program at a terminal of its own."""

    def __init__(self, person, arguments, password, cwd):
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execve(PROGRAM, [PROGRAM, *map(str, arguments)], person.environment(password))

    def _read(self, deadline):
        assert time.monotonic() < deadline, self.seen
        if select.select([self.fd], [], [], 1)[0]:
            try:
                piece = os.read(self.fd, 65536)
            except OSError:
                return False
            self.seen += piece
            return bool(piece)
        return True

    def expect(self, text):
        deadline = time.monotonic() + PATIENCE
        while text.encode() not in self.seen:
            assert self._read(deadline), f"{text!r} did not come; seen: {self.seen!r}"
        start = self.seen.index(text.encode()) + len(text.encode())
        before, self.seen = self.seen[:start], self.seen[start:]
        return before.decode(errors="replace")

    def type(self, text):
        os.write(self.fd, text.encode() if isinstance(text, str) else text)

    def finish(self):
        """All that is still shown, and how it ended."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status), self.seen.decode(errors="replace").replace("\r\n", "\n")


@pytest.fixture
def person(tmp_path):
    person = Person(tmp_path)
    yield person
    # No key of a test stays with the kernel.
    if (person.home / "vault.db").exists():
        person.run("lock")


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A vault as `init` leaves it, made once: its keys take a second."""
    person = Person(tmp_path_factory.mktemp("made"))
    person.init()
    return person


@pytest.fixture
def vault(person, made):
    shutil.copytree(made.home, person.home)
    shutil.copy2(made.project / "execkit.toml", person.project)
    return person


@pytest.fixture
def ordinary(tmp_path):
    """A person with a vault and without root's rights, also where the tests run as root: then it is `nobody`."""
    if os.geteuid() != 0:
        person = Person(tmp_path)
        person.init()
        yield person
        return
    nobody = pwd.getpwnam("nobody").pw_uid
    root = pathlib.Path(tempfile.mkdtemp(prefix="execkit-ordinary-"))
    try:
        # The build may lie where only root goes.
        person = Person(root, shutil.copy2(PROGRAM, root / "execkit"), nobody)
        for path in (root, *root.iterdir()):
            os.chown(path, nobody, nobody)
        person.init()
        yield person
        person.run("lock")
    finally:
        shutil.rmtree(root)


def without_memfd_secret():
    """For `preexec_fn`: from here on this process has a kernel without memfd_secret(2)."""
    def instruction(code, value, yes=0, no=0):
        return struct.pack("=HBBI", code, yes, no, value)

    filters = b"".join([
        instruction(0x20, 0),  # the number of the call
        instruction(0x15, 447, 0, 1),
        instruction(0x06, 0x00050000 | errno.ENOSYS),
        instruction(0x06, 0x7FFF0000),
    ])
    code = ctypes.create_string_buffer(filters, len(filters))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    # PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, ctypes.byref(program)) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def needs(*programs):
    missing = [name for name in programs if shutil.which(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


sys.modules.setdefault("vault_support", sys.modules[__name__])
