"""Rows of the person's program: what it adds to a program's start, and what its vault costs."""

import ctypes
import os
import pathlib
import secrets
import statistics
import subprocess
import tempfile
import time


class _Context(ctypes.Structure):
    """argon2_context of argon2.h."""

    _fields_ = [
        ("out", ctypes.c_char_p), ("outlen", ctypes.c_uint32), ("pwd", ctypes.c_char_p), ("pwdlen", ctypes.c_uint32),
        ("salt", ctypes.c_char_p), ("saltlen", ctypes.c_uint32), ("secret", ctypes.c_char_p), ("secretlen", ctypes.c_uint32),
        ("ad", ctypes.c_char_p), ("adlen", ctypes.c_uint32), ("t_cost", ctypes.c_uint32), ("m_cost", ctypes.c_uint32),
        ("lanes", ctypes.c_uint32), ("threads", ctypes.c_uint32), ("version", ctypes.c_uint32), ("allocate", ctypes.c_void_p),
        ("free", ctypes.c_void_p), ("flags", ctypes.c_uint32),
    ]


def argon2id(threads):
    """Seconds of one computation with the parameters of a vault, by the same library."""
    library = ctypes.CDLL("libargon2.so.1")
    out = ctypes.create_string_buffer(32)
    context = _Context(
        ctypes.cast(out, ctypes.c_char_p), 32, b"correct horse battery", 21, b"0123456789abcdef", 16, None, 0, None, 0, 3, 65536, 4, threads,
        0x13, None, None, 0)
    began = time.perf_counter()
    assert library.argon2id_ctx(ctypes.byref(context)) == 0
    return time.perf_counter() - began


class Vault:
    def __init__(self, program, root):
        self.program = program
        self.directory = pathlib.Path(root) / "shop"
        self.directory.mkdir()
        self.environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(root), "LANG": "C.UTF-8", "EXECKIT_HOME": str(pathlib.Path(root) / "home"),
        }
        self.password = secrets.token_hex(8)
        self.run("init", "--no-import", cold=True)

    def run(self, *arguments, cold=False, data=b"", check=True):
        environment = dict(self.environment)
        if cold:
            environment["EXECKIT_VAULT_PASSWORD"] = self.password
        return subprocess.run(
            [self.program, *arguments], env=environment, cwd=self.directory, input=data, stdout=subprocess.DEVNULL, check=check,
            start_new_session=True)

    def time(self, arguments, cold=False):
        """Seconds of one run, started as cheaply as a process can be."""
        environment = dict(self.environment)
        if cold:
            environment["EXECKIT_VAULT_PASSWORD"] = self.password
        null = [(os.POSIX_SPAWN_OPEN, number, "/dev/null", os.O_RDWR, 0) for number in (0, 1)]
        os.chdir(self.directory)
        began = time.perf_counter()
        pid = os.posix_spawn(arguments[0], arguments, environment, file_actions=null)
        status = os.waitpid(pid, 0)[1]
        seconds = time.perf_counter() - began
        assert status == 0, (arguments, status)
        return seconds


def rows(program, rounds, show):
    """Measures, and gives each row to `show` as name, value, unit, target and what stands beside it."""
    def p50(measure, count):
        return statistics.median(measure() for _ in range(count))

    here = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="execkit-bench-") as root:
        vault = Vault(program, root)
        try:
            vault.run("set", "A", "--stdin", cold=True, data=b"value")
            run = [program, "run", "--", "true"]
            one = p50(lambda: argon2id(1), 5 * rounds)
            four = p50(lambda: argon2id(4), 5 * rounds)
            cold = p50(lambda: vault.time(run, cold=True), 5 * rounds)
            show("execkit run -- true, locked, over one Argon2id", cold / one, "x", "at most 1.5", {
                "cold_ms": cold * 1e3, "argon2id_ms": one * 1e3, "argon2id_four_threads_ms": four * 1e3})

            many = "".join(f"KEY_{index}=value number {index}\n" for index in range(1000)).encode()
            unlocked = vault.run("unlock", cold=True, check=False).returncode == 0
            imports = []
            for index in range(2 * rounds):
                vault.run("envs", "add", f"import{index}")
                began = time.perf_counter()
                vault.run("import", "-", "--env", f"import{index}", cold=not unlocked, data=many)
                imports.append(time.perf_counter() - began)
            show("execkit import of 1,000 keys", statistics.median(imports) * 1e3, "ms", "500", {"unlocked": unlocked})
            if unlocked:
                bare = p50(lambda: vault.time(["/usr/bin/true"]), 50 * rounds)
                ours = p50(lambda: vault.time(run), 50 * rounds)
                show("execkit run -- true, unlocked, minus true", (ours - bare) * 1e3, "ms", "15", {"ours_ms": ours * 1e3, "true_ms": bare * 1e3})
            else:
                show("execkit run -- true, unlocked, minus true", None, "ms", "15", {"skipped": "the kernel's key service refuses here"})

            vault.run("envs", "add", "large")
            text = "".join(f"KEY_{index}=value number {index}\n" for index in range(10_000)).encode()
            vault.run("import", "-", "--env", "large", cold=True, data=text)
            listed = p50(lambda: vault.time([program, "list", "--env", "large"]), 10 * rounds)
            show("execkit list of 10,000 secrets", listed * 1e3, "ms", "50", {})
            opened = p50(lambda: vault.time([program, "export", "--env", "large", "--stdout"], cold=not unlocked), 3 * rounds)
            show("execkit export of 10,000 secrets", opened * 1e3, "ms", "none", {})
        finally:
            os.chdir(here)
            vault.run("lock", check=False)
