"""Other places for sessions, real ones: a container engine and an sshd of the tests' own, on this machine.

Both see the tests' scratch directories under their own names, so that a test can look at files from outside. They end with
this process, however that ends: the engine's supervisor waits for the end of a pipe, and sshd is told to die with us.
"""

import atexit
import ctypes
import functools
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE = 120.0
TOOLS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Missing(Exception):
    """This machine has not what a place needs."""


def _program(name):
    found = shutil.which(name, path=TOOLS)
    if not found:
        raise Missing(f"{name} is not installed")
    return found


@functools.cache
def scratch():
    place = pathlib.Path(tempfile.mkdtemp(prefix="execkit-places-")).resolve()
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


class Docker:
    """A dockerd in a scratch directory, an image of busybox and bash, and containers that see the tests' files."""

    IMAGE = "execkit-clients:1"
    SUPERVISOR = """
        d=$1; mkdir -p "$d/data" "$d/exec"
        dockerd --iptables=false --bridge=none --storage-driver=vfs --data-root "$d/data" --exec-root "$d/exec" \
            -H "unix://$d/d.sock" --pidfile "$d/pid" >"$d/log" 2>&1 &
        daemon=$!
        cat >/dev/null
        for c in $(docker -H "unix://$d/d.sock" ps -aq); do docker -H "unix://$d/d.sock" rm -f "$c"; done >/dev/null 2>&1
        kill "$daemon" && wait "$daemon"
        rm -rf "$d"
        """

    def __init__(self):
        if os.geteuid() != 0:
            raise Missing("a container engine needs root")
        _program("dockerd")
        self.program = _program("docker")
        folder = pathlib.Path(tempfile.mkdtemp(prefix="execkit-docker-")).resolve()
        self.host = f"unix://{folder}/d.sock"
        self.supervisor = subprocess.Popen(
            ["/bin/sh", "-c", self.SUPERVISOR, "sh", str(folder)], stdin=subprocess.PIPE, start_new_session=True,
            env={"PATH": TOOLS, "HOME": str(folder)})
        atexit.register(self._end)
        deadline = time.monotonic() + PATIENCE
        while subprocess.run([self.program, "-H", self.host, "version"], capture_output=True).returncode:
            if time.monotonic() > deadline or self.supervisor.poll() is not None:
                raise Missing("dockerd does not run here: " + (folder / "log").read_text()[-400:])
            time.sleep(0.05)
        self._make_image()

    def _end(self):
        self.supervisor.stdin.close()
        self.supervisor.wait(PATIENCE)

    def run(self, *arguments):
        done = subprocess.run([self.program, "-H", self.host, *arguments], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _make_image(self):
        script = """
            set -e; r=$1; mkdir -p "$r/bin" "$r/usr" "$r/tmp" "$r/dev" "$r/proc" "$r/etc"; chmod 1777 "$r/tmp"
            cp /bin/busybox "$r/bin/"; ln -s ../bin "$r/usr/bin"; echo root:x:0:0::/:/bin/sh >"$r/etc/passwd"
            for a in $(busybox --list); do [ -e "$r/bin/$a" ] || ln -s busybox "$r/bin/$a"; done
            mkdir -p "$r/usr/share/git-core/templates/info"
            for b in bash git; do p=$(command -v $b); cp --remove-destination -L "$p" "$r/bin/$b"
            for l in $(ldd "$p" | grep -o '/[^ ]*'); do mkdir -p "$r${l%/*}"; cp -L "$l" "$r$l"; done; done
            tar -C "$r" -c . | "$2" -H "$3" import - "$4" >/dev/null; rm -rf "$r"
            """
        root = scratch() / "image"
        subprocess.run(["/bin/sh", "-ec", script, "sh", str(root), self.program, self.host, self.IMAGE], check=True)

    def container(self, name, *options, mounts=(), command=("/bin/busybox", "sleep", "7200")):
        volumes = [word for path in mounts for word in ("-v", f"{path}:{path}")]
        self.run("run", "-d", "--network", "none", "--name", name, *volumes, *options, self.IMAGE, *command)
        return name

    @property
    def settings(self):
        return {"DOCKER_HOST": self.host}


class Sshd:
    """An sshd on loopback for the user that runs the tests, with a key directory and known hosts for the program."""

    def __init__(self, *options):
        program = _program("sshd")
        keygen = _program("ssh-keygen")
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=scratch()))
        self.home = self.folder / "home"
        self.keys = self.folder / "keys"
        for folder in (self.home, self.keys):
            folder.mkdir(mode=0o700)
        for name in ("host", "keys/id_ed25519"):
            subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(self.folder / name)], check=True)
        shutil.copy(self.folder / "keys/id_ed25519.pub", self.folder / "authorized_keys")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        # The first value of a keyword is the one that counts (sshd_config(5)).
        lines = [
            *options, f"Port {self.port}", "ListenAddress 127.0.0.1", f"HostKey {self.folder}/host", f"PidFile {self.folder}/pid",
            f"AuthorizedKeysFile {self.folder}/authorized_keys", "UsePAM no", "StrictModes no", "PasswordAuthentication no",
            "KbdInteractiveAuthentication no", "PermitRootLogin yes", "MaxStartups 200", f"SetEnv HOME={self.home}",
        ]
        (self.folder / "config").write_text("\n".join(lines) + "\n")
        self.process = subprocess.Popen(
            [program, "-D", "-e", "-f", str(self.folder / "config")], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=open(self.folder / "log", "wb"), start_new_session=True,
            env={"PATH": TOOLS}, preexec_fn=lambda: ctypes.CDLL(None).prctl(1, signal.SIGTERM))
        atexit.register(self.process.kill)
        deadline = time.monotonic() + PATIENCE
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise Missing("sshd does not run here: " + (self.folder / "log").read_text()[-400:])
            time.sleep(0.05)

    @property
    def user(self):
        import pwd

        return pwd.getpwuid(os.geteuid()).pw_name

    @property
    def settings(self):
        return {"EXECKIT_MCP_KEY_DIR": str(self.keys), "EXECKIT_MCP_KNOWN_HOSTS": str(self.folder / "known_hosts")}

    @property
    def arguments(self):
        return {"transport": "ssh", "host": "127.0.0.1", "port": self.port, "user": self.user}


@functools.cache
def docker():
    return Docker()


@functools.cache
def sshd():
    return Sshd()


def reason_without(make):
    """Why a place cannot be had here; None when it can."""
    try:
        make()
    except Missing as missing:
        return str(missing)
    return None
