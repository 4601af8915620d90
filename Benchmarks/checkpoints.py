"""Checkpoints of a workspace of 10,000 files, beside git itself.

Both are measured in turn in one run, each in a directory of its own with the same files, and a figure of ours is compared with
the one of git in the same round, so that a slow moment of the machine meets both.
Usage: checkpoints.py --bench PROGRAM [--rounds N] [--json]
"""

import argparse
import json
import operator
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time


def fill(directory, directories=100, files=100):
    for number in range(directories):
        below = directory / f"d{number:03}"
        below.mkdir(parents=True)
        for name in range(files):
            (below / f"f{name:03}.txt").write_text(f"{number} {name} some small content\n" * 4)


class Git:
    """What anybody would do: `git add -A && git commit` in a repository of their own."""

    def __init__(self, root):
        self.workspace = root / "git"
        fill(self.workspace)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1"}
        for name in ("AUTHOR", "COMMITTER"):
            self.environment |= {f"GIT_{name}_NAME": "b", f"GIT_{name}_EMAIL": "b@localhost"}
        self.shell("git init -q")
        self.create()

    def shell(self, command):
        began = time.perf_counter()
        subprocess.run(["/bin/sh", "-c", command], cwd=self.workspace, env=self.environment, check=True)
        return time.perf_counter() - began

    def create(self):
        return self.shell("git add -A && git commit -qm x")


class Ours:
    def __init__(self, root, program):
        self.workspace = root / "ours"
        fill(self.workspace)
        self.process = subprocess.Popen(
            [program, str(self.workspace), str(root / "store"), "/usr/bin:/bin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        self.ask("create")

    def ask(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        seconds, *answer = self.process.stdout.readline().split()
        if len(answer) != 3:
            raise SystemExit(f"{word}: {answer}")
        self.is_new = answer[1] == "true"
        return float(seconds)

    def create(self):
        seconds = self.ask("create")
        assert self.is_new
        return seconds

    def automatic(self):
        seconds = self.ask("automatic")
        assert not self.is_new
        return seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", required=True)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory(prefix="execkit-bench-") as scratch:
        root = pathlib.Path(scratch)
        git = Git(root)
        ours = Ours(root, options.bench)
        for number in range(options.rounds + 2):
            # Longer than the second in which a change may have the time of the look before it.
            time.sleep(1.2)
            for each in (git, ours):
                (each.workspace / "d051" / f"new{number}.txt").write_text(f"new {number}\n" * 5)
            taken = {"git add && commit, new file": git.create(), "checkpoint, one new file": ours.create()}
            # A look at all of which the next one may be sure, as the automatic checkpoint before a command is.
            time.sleep(1.2)
            ours.automatic()
            for each in (git, ours):
                (each.workspace / "d050" / "f050.txt").write_text(f"changed {number}\n" * 5)
            taken |= {"git add && commit": git.create(), "checkpoint, one change": ours.create(), "automatic, unchanged": ours.automatic()}
            # The first rounds still look at all that was new.
            if number >= 2:
                for name, seconds in taken.items():
                    figures.setdefault(name, []).append(seconds)
    rows = []
    for name, each in figures.items():
        floor = figures["git add && commit, new file" if "new file" in name else "git add && commit"]
        ratio = statistics.median(map(operator.truediv, each, floor))
        rows.append({"name": name, "ms": statistics.median(each) * 1e3, "least_ms": min(each) * 1e3, "over_git": ratio})
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in rows:
            print(f"{row['name']:28} {row['ms']:7.1f} ms   least {row['least_ms']:7.1f}   over git {row['over_git']:5.2f}")
    print("targets: a checkpoint of one change at most 1.3 times git, an unchanged automatic one under 30 ms", file=sys.stderr)


main()
