"""Rows of run-with-secrets: what a run with a secret of an unlocked vault takes beside a bare spawn of the same program."""

import os
import statistics
import tempfile
import time

import vault


def rows(program, person, rounds, make_server, bare_spawn, show):
    """Measures, and gives each row to `show` as name, value, unit, target and what stands beside it."""
    name = 'run-with-secrets ["true"] over posix_spawn'
    with tempfile.TemporaryDirectory(prefix="execkit-bench-") as root:
        person = vault.Vault(person, root)
        person.run("set", "API_TOKEN", "--stdin", cold=True, data=b"q8Zr-93kd-Lm20-xYt7")
        if person.run("unlock", cold=True, check=False).returncode != 0:
            return show(name, None, "x", "at most 3", {"skipped": "the kernel's key service refuses here"})
        settings = {
            "EXECKIT_HOME": person.environment["EXECKIT_HOME"], "PATH": person.environment["PATH"], "HOME": root,
        }
        server = make_server(program, settings)
        here = os.getcwd()
        try:
            def run(command):
                began = time.perf_counter()
                answer = server.call("run-with-secrets", command=command, secrets=["API_TOKEN"], projectId="shop", environment="development")
                seconds = time.perf_counter() - began
                assert answer["exitCode"] == 0, answer
                return seconds

            for _ in range(20):
                run(["true"])
            ours, bare = [], []
            for _ in range(rounds):
                bare.append(bare_spawn(200))
                ours.append(statistics.median(run(["true"]) for _ in range(200)))
            mine, floor = statistics.median(ours), statistics.median(bare)
            show(name, mine / floor, "x", "at most 3", {"ours_us": mine * 1e6, "posix_spawn_us": floor * 1e6})
        finally:
            os.chdir(here)
            server.end()
            person.run("lock", check=False)
