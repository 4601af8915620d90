"""Marker secrets, and the search for them: whole or in part, in every encoding that a leak is likely to have.

A value is looked for by its pieces, so that a part of it is found as well: every window of a few characters as it stands
and reversed, and overlapping pieces of a dozen bytes in each encoding. One that is split, hashed or encrypted is not found.
"""

import base64
import json
import os
import pathlib
import re
import secrets
import string
import threading
import time

LETTERS = string.ascii_letters + string.digits
PIECE, STEP = 12, 6


def letters(count):
    return "".join(secrets.choice(LETTERS) for _ in range(count))


def base64_forms(piece):
    """What base64 of any text around the piece has in it, for each of the three alignments."""
    forms = []
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + piece + b"\0" * 3)
        first = -(-before * 8 // 6)
        forms.append(whole[first : (before + len(piece)) * 8 // 6])
    return forms + [form.replace(b"+", b"-").replace(b"/", b"_") for form in forms]


def hexadecimal(piece, before="", between="", upper=False):
    digits = "{:02X}" if upper else "{:02x}"
    return between.join(before + digits.format(byte) for byte in piece).encode()


ENCODINGS = {
    "plain": lambda piece: [piece],
    "reversed": lambda piece: [piece[::-1]],
    "base64": base64_forms,
    "base64 of the reverse": lambda piece: base64_forms(piece[::-1]),
    "hexadecimal": lambda piece: [hexadecimal(piece), hexadecimal(piece, upper=True)],
    "hexadecimal with separators": lambda piece: [
        hexadecimal(piece, before, between, upper)
        for upper in (False, True) for before, between in [("", ":"), ("", " "), ("", "-"), ("0x", ", "), ("0x", ","), ("\\x", "")]],
    "percent": lambda piece: [hexadecimal(piece, "%", upper=upper) for upper in (False, True)],
    "octal": lambda piece: ["".join(f"\\{byte:03o}" for byte in piece).encode()],
    "Unicode escapes": lambda piece: [hexadecimal(piece, "\\u00", upper=upper) for upper in (False, True)],
    "entities": lambda piece: ["".join(f"&#{byte};" for byte in piece).encode(), "".join(f"&#x{byte:x};" for byte in piece).encode()],
    "JSON": lambda piece: [json.dumps(piece.decode())[1:-1].encode()],
    "UTF-16": lambda piece: [piece.decode().encode(which) for which in ("utf-16-le", "utf-16-be")],
    "base64 of UTF-16": lambda piece: base64_forms(piece.decode().encode("utf-16-le")),
}


class Marker:
    """One value that must never be seen. `known` are texts in it that are no secret, as the frame of a key."""

    def __init__(self, key, value, window=8, known=()):
        self.key, self.value = key, value
        rest = [value.encode()]
        for frame in known:
            rest = [part for whole in rest for part in whole.split(frame.encode()) if part]
        self.windows, self.needles, self.quick = set(), {}, set()
        for text in rest:
            self.windows |= {text[at : at + window] for at in range(len(text) - window + 1)}
            self.quick |= {text[at : at + window] for at in range(0, len(text) - window + 1, window)}
            for at in {*range(0, len(text) - PIECE, STEP), max(0, len(text) - PIECE)}:
                for name, encode in ENCODINGS.items():
                    for needle in encode(text[at : at + PIECE]):
                        self.needles.setdefault(needle, name)
        for one in self.windows:
            self.needles.setdefault(one, "plain window")
            self.needles.setdefault(one[::-1], "reversed window")

    def found_in(self, views, needles=None):
        """Names of the encodings in which a part of the value stands in one of the texts, and what is around it."""
        hits = {}
        for needle in needles or self.needles:
            for view in views:
                at = view.find(needle)
                if at >= 0:
                    hits.setdefault(self.needles.get(needle, "plain"), view[max(0, at - 60) : at + len(needle) + 60])
        return hits


def views(data):
    """A text as it is, and without what breaks a value into lines or colours it."""
    seen = {data, re.sub(rb"(?:\s|\\+[nrt])+", b"", data), re.sub(rb"\x1b\[[0-9;]*[A-Za-z]|\\u001[bB]\[[0-9;]*[A-Za-z]", b"", data)}
    return list(seen)


def strings_of(value):
    """Every text in a JSON value; a text that is JSON itself is opened too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_of(inner)
    elif isinstance(value, str):
        yield value
        if value[:1] in ("{", "["):
            try:
                yield from strings_of(json.loads(value))
            except ValueError:
                pass
    elif value is not None:
        yield str(value)


def opened(lines):
    """The texts in lines of JSON; those of progress also joined, as a value may come in several."""
    texts, progress = [], []
    for line in lines.split(b"\n"):
        try:
            message = json.loads(line)
        except ValueError:
            continue
        texts += strings_of(message)
        if isinstance(message, dict) and message.get("method") == "notifications/progress":
            progress.append(message["params"].get("message", ""))
    return "\0".join(texts).encode(errors="surrogatepass") + b"\0" + "".join(progress).encode(errors="surrogatepass")


class Watch(threading.Thread):
    """Reads the arguments and the environment of every process, again and again, until it is stopped.

    The children that got values are allowed to have them: what is below this process or, as its parent may have been killed,
    has the scratch home in its environment, and is no program of execkit.
    """

    def __init__(self, markers, scratch):
        super().__init__(daemon=True)
        self.scratch = scratch.encode()
        self.markers, self.hits, self.seen_in_children, self.rounds = markers, [], set(), 0
        self.ended, self.own = threading.Event(), os.getpid()

    def run(self):
        while not self.ended.is_set():
            self.look()
            self.rounds += 1
            time.sleep(0.01)

    def look(self):
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            for file in ("cmdline", "environ"):
                try:
                    data = pathlib.Path(f"/proc/{entry}/{file}").read_bytes()
                except OSError:
                    continue
                for marker in self.markers:
                    if any(needle in data for needle in marker.quick):
                        self.judge(int(entry), file, marker, data)

    def judge(self, pid, file, marker, data):
        # The program is asked for after the data was read: between the two a process can only have become a child's.
        try:
            ours = self.scratch in pathlib.Path(f"/proc/{pid}/environ").read_bytes() or self.below(pid)
            program = os.path.basename(os.readlink(f"/proc/{pid}/exe"))
        except OSError:
            return
        if program.startswith("execkit") or not ours:
            self.hits.append((pid, program, file, marker.key, bytes(data[:200])))
        else:
            self.seen_in_children.add((marker.key, file))

    def below(self, pid):
        while pid > 1:
            try:
                pid = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                return True
            if pid == self.own:
                return True
        return False

    def stop(self):
        self.ended.set()
        self.join()
