"""Checkpoints of a workspace of 10,000 files, beside git itself and, when it is given, the peer's checkpoint tool.

All are measured in turn in one run, each in a directory of its own with the same files, so that a slow moment of the machine
meets all of them. Usage: checkpoints.py --bench PROGRAM [--rounds N] [--path PATH] [--json]
"""

import argparse
import json
import operator
import os
import pathlib
import statistics
import subprocess
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
    def __init__(self, root, program, path, name):
        self.workspace = root / name / "w"
        fill(self.workspace)
        self.process = subprocess.Popen(
            [program, str(self.workspace), str(root / name / "store"), path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.first = self.ask("create")

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
    parser.add_argument("--bench2")
    parser.add_argument("--path", default="/usr/bin:/bin")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory(prefix="execkit-bench-") as scratch:
        root = pathlib.Path(scratch)
        git = Git(root)
        all_ours = [("ours", Ours(root, options.bench, options.path, "ours"))]
        if options.bench2: all_ours.append(("other", Ours(root, options.bench2, options.path, "other")))
        figures["first create"] = [all_ours[0][1].first]
        for number in range(options.rounds + 2):
            taken = {}
            # Longer than the second in which a change may have the time of the look before it.
            time.sleep(1.2)
            for each in [git] + [o for _, o in all_ours]:
                (each.workspace / "d050" / "f050.txt").write_text(f"changed {number}\n" * 5)
            taken["git add && commit"] = git.create()
            for name, ours in all_ours:
                taken[name + " create, one change"] = ours.create()
                # The first look after a change is a full one when the change was less than a second ago.
                time.sleep(0.05)
                taken[name + " automatic, second"] = ours.automatic()
                taken[name + " automatic, unchanged"] = ours.automatic()
            if number >= 2:
                for name, seconds in taken.items():
                    figures.setdefault(name, []).append(seconds)
    floor = figures["git add && commit"]
    rows = [
        {"name": name, "ms": statistics.median(each) * 1e3, "least": min(each) * 1e3, "over git": statistics.median(map(operator.truediv, each, floor))}
        for name, each in figures.items()
    ]
    for row in rows:
        print(json.dumps(row) if options.json else f"{row['name']:28} median {row['ms']:8.1f} ms  least {row['least']:8.1f}  over git {row['over git']:5.2f}")


main()
