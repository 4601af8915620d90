"""Looks for secrets in the memory of another process, in its core image, and at the stops of a traced one.

Reading the memory of execkit needs CAP_SYS_PTRACE: the program makes itself undumpable first thing.
"""

import base64
import binascii
import ctypes
import functools
import itertools
import os
import pathlib
import platform
import signal
import struct
import subprocess
import tempfile
import urllib.parse

CAP_SYS_PTRACE = 19


def can_trace():
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> CAP_SYS_PTRACE & 1)
    return False


# Needles

def _base64_cores(data):
    """The characters of base64 that depend on `data` alone, whatever stands before and behind it."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + data)
        start = (before * 8 + 5) // 6
        yield text[start : (before + len(data)) * 8 // 6]


def _pieces(data, size=16):
    """Pieces of 16 bytes at every eighth byte: half of a value is a leak, too."""
    if len(data) <= size:
        return [data]
    return [data[at : at + size] for at in range(0, len(data) - size + 1, 8)] + [data[-size:]]


def encodings(data):
    """Every form of a secret that is looked for, by name."""
    forms = {"plain": _pieces(data), "hex": _pieces(binascii.hexlify(data), 32), "reversed": _pieces(data[::-1])}
    forms["HEX"] = [piece.upper() for piece in forms["hex"]]
    cores = list(_base64_cores(data))
    forms["base64"] = cores
    forms["base64url"] = [core.replace(b"+", b"-").replace(b"/", b"_") for core in cores]
    forms["URL"] = [urllib.parse.quote_from_bytes(data, safe="").encode()]
    try:
        text = data.decode()
        forms["UTF-16LE"], forms["UTF-16BE"] = _pieces(text.encode("utf-16-le"), 32), _pieces(text.encode("utf-16-be"), 32)
        forms["UTF-32"] = _pieces(text.encode("utf-32-le"), 64)
    except UnicodeDecodeError:
        pass
    return forms


# All needles in one pass: a table of the hashes of their first four bytes. Python's own search would take hours.
SEARCH = """
#include <stdint.h>
#include <string.h>

void search(const uint8_t *text, size_t count, const uint8_t *needles, const uint32_t *ends, uint32_t many, int32_t *next,
            uint8_t *found) {
    static int32_t heads[65536];
    memset(heads, 0xff, sizeof heads);
    uint32_t word;
    for (uint32_t i = 0; i < many; i++) {
        memcpy(&word, needles + (i ? ends[i - 1] : 0), 4);
        uint32_t hash = word * 2654435761u >> 16;
        next[i] = heads[hash];
        heads[hash] = (int32_t)i;
    }
    for (size_t at = 0; at + 4 <= count; at++) {
        memcpy(&word, text + at, 4);
        for (int32_t i = heads[word * 2654435761u >> 16]; i >= 0; i = next[i]) {
            uint32_t start = i ? ends[i - 1] : 0, size = ends[i] - start;
            if (size <= count - at && memcmp(text + at, needles + start, size) == 0) found[i] = 1;
        }
    }
}
"""


@functools.cache
def _library():
    with tempfile.TemporaryDirectory() as scratch:
        target = f"{scratch}/search.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-x", "c", "-o", target, "-"], input=SEARCH.encode(), check=True)
        return ctypes.CDLL(target)


class Needles:
    def __init__(self, secrets):
        """`secrets`: name to bytes."""
        by_bytes = {}
        for name, data in secrets.items():
            assert len(data) >= 12, name
            for form, pieces in encodings(data).items():
                for piece in pieces:
                    by_bytes.setdefault(piece, []).append(f"{name} ({form})")
        self.labels = list(by_bytes.values())
        self.pieces = b"".join(by_bytes)
        self.ends = (ctypes.c_uint32 * len(by_bytes))(*itertools.accumulate(map(len, by_bytes)))
        self.next = (ctypes.c_int32 * len(by_bytes))()

    def find(self, memory):
        found = (ctypes.c_uint8 * len(self.labels))()
        _library().search(
            memory, ctypes.c_size_t(len(memory)), self.pieces, self.ends, ctypes.c_uint32(len(self.labels)), self.next, found)
        return {label for index, labels in enumerate(self.labels) if found[index] for label in labels}


# Memory

def regions(pid):
    """Start, end, permissions, name and flags of every mapping."""
    found = []
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        words = line.split()
        if "-" in words[0] and not words[0].endswith(":"):
            start, end = (int(part, 16) for part in words[0].split("-"))
            found.append([start, end, words[1], " ".join(words[5:]), set()])
        elif words[0] == "VmFlags:":
            found[-1][4] = set(words[1:])
    return found


def is_protected(name, flags):
    """memfd_secret, or locked and left out of dumps: where secrets may be."""
    return "secretmem" in name or {"lo", "dd"} <= flags


def scan(pid, needles, known=None):
    """What is found outside the protected regions, as `label in region`; and how many bytes were looked at.

    `known` keeps what was there at the last look at the same process: what is the same is not searched again.
    """
    found, seen = set(), 0
    known = {} if known is None else known
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end, permissions, name, flags in regions(pid):
            if is_protected(name, flags) or "r" not in permissions or name in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
                continue
            # Pages of a file that the program cannot write hold what the file holds.
            if name.startswith("/") and "w" not in permissions:
                continue
            tail, at, is_new = b"", start, True
            while at < end:
                try:
                    memory.seek(at)
                    piece = memory.read(min(1 << 18, end - at))
                except OSError:
                    break
                if not piece:
                    break
                seen += len(piece)
                was_new, is_new = is_new, known.get(at) != piece
                if was_new or is_new:
                    found |= {f"{label} in {name or 'anonymous memory'} {flags & {'lo', 'dd'} or ''}" for label in needles.find(tail + piece)}
                known[at] = piece
                tail, at = piece[-512:], at + len(piece)
    return found, seen


def core_image(pid, path):
    """Writes a core image of a running process by force; its bytes."""
    done = subprocess.run(
        ["gdb", "-nx", "-batch", "-p", str(pid), "-ex", f"generate-core-file {path}"], capture_output=True, timeout=300,
        stdin=subprocess.DEVNULL)
    assert pathlib.Path(path).exists(), (done.stdout, done.stderr)
    return pathlib.Path(path).read_bytes()


# Tracing: ptrace(2) without a debugger

TRACEME, SYSCALL, SETOPTIONS, DETACH, GET_SYSCALL_INFO = 0, 24, 0x4200, 17, 0x420E
OPTIONS = 0x1 | 0x10 | 0x40 | 0x100000  # syscall stops told apart, exec, exit, and the end with us
EVENT_EXEC, EVENT_EXIT = 4, 6
NAMES = {
    "x86_64": {1: "write", 7: "poll", 56: "clone", 59: "execve", 61: "wait4", 75: "fdatasync", 247: "waitid", 271: "ppoll"},
    "aarch64": {64: "write", 220: "clone", 221: "execve", 260: "wait4", 83: "fdatasync", 95: "waitid", 73: "ppoll"},
}.get(platform.machine())

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def _ptrace(request, pid, address=0, data=0):
    if _libc.ptrace(request, pid, address, data) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")


class Traced:
    """A program that stops at each call of the kernel that is of interest."""

    def __init__(self, arguments, environment, directory, descriptors):
        """`descriptors`: number in the program to number here."""
        self.status = None
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.chdir(directory)
                kept = {number: os.dup(given) for number, given in descriptors.items()}
                for number, given in kept.items():
                    os.dup2(given, number)
                _ptrace(TRACEME, 0)
                os.kill(os.getpid(), signal.SIGSTOP)
                os.execve(arguments[0], arguments, environment)
            finally:
                os._exit(99)
        os.waitpid(self.pid, 0)
        _ptrace(SETOPTIONS, self.pid, 0, OPTIONS)

    def stops(self):
        """The name of each stop; ends when the program has ended or is about to become another."""
        deliver, began = 0, False
        while True:
            _ptrace(SYSCALL, self.pid, 0, deliver)
            deliver = 0
            _, status = os.waitpid(self.pid, 0)
            if os.WIFEXITED(status) or os.WIFSIGNALED(status):
                self.status = os.waitstatus_to_exitcode(status)
                return
            stop, event = os.WSTOPSIG(status), status >> 16
            if event == EVENT_EXEC:
                if began:
                    _ptrace(DETACH, self.pid)
                    self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
                    return
                began = True
            elif event == EVENT_EXIT:
                yield "exit"
            elif stop == signal.SIGTRAP | 0x80:
                info = ctypes.create_string_buffer(88)
                _ptrace(GET_SYSCALL_INFO, self.pid, len(info), ctypes.addressof(info))
                if began and info.raw[0] == 1:
                    name = NAMES.get(struct.unpack_from("<Q", info.raw, 24)[0])
                    if name:
                        yield name
            elif event == 0:
                deliver = stop
