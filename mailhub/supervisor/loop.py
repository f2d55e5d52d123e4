"""The supervisor itself: takes the folder, starts the parts, keeps them up, stops them in order."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from django.conf import settings

from mailhub.accounts.services.staff import FirstAccount
from mailhub.lib import environment
from mailhub.supervisor import announcement, lock, log, parts, preparation
from mailhub.supervisor.child import Child
from mailhub.supervisor.embedded import Valkey

STEP_SECONDS = 0.2
# How long the workers may take to end the tasks that they are at.
DRAIN_SECONDS = 60.0
# SIGHUP: the terminal was closed.
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Supervisor:
    """One run of MailHub on this machine."""

    def __init__(self, *, prepare: Callable[[], FirstAccount | None] = preparation.prepare_database) -> None:
        """`prepare` is what is done to the database before the parts start."""
        self.prepare = prepare
        self.valkey: Valkey | None = None
        self.children: list[Child] = []
        self.account: FirstAccount | None = None
        self.announced = False
        self.signals = 0
        self.woken = threading.Event()

    def run(self) -> bool:
        """Return after a stop signal; whether every part ended by itself. Raises CannotStart."""
        with lock.take(settings.MAILHUB_DATA):
            lock.check_port(settings.MAILHUB_HOST, settings.MAILHUB_PORT)
            self.listen()
            try:
                self.start()
                self.watch()
            finally:
                clean = self.stop()
        return clean

    def listen(self) -> None:
        for number in STOP_SIGNALS:
            # What is ignored, as nohup does with SIGHUP, stays ignored.
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self.on_signal)
        signal.signal(signal.SIGCHLD, lambda *_: self.woken.set())

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1
        self.woken.set()

    def start(self) -> None:
        given = environment.text("REDIS_URL")
        if not given:
            self.valkey = Valkey(settings.MAILHUB_DATA, environment=self.environment())
            self.valkey.make_room()
            self.valkey.start()
        self.account = self.prepare()
        if self.valkey is not None:
            self.valkey.wait_until_it_answers()
        preparation.greet_broker()
        for part in parts.all_parts():
            child = Child(part, environment=self.environment(REDIS_URL=given or self.redis_url()))
            self.children.append(child)
            child.start()

    def watch(self) -> None:
        while not self.signals:
            for child in self.everybody():
                child.watch()
            if not self.announced and announcement.is_ready():
                self.announced = True
                log.say(announcement.text(self.account))
            self.woken.wait(STEP_SECONDS if not self.announced else 1.0)
            self.woken.clear()

    def stop(self) -> bool:
        """The broker goes last: workers acknowledge to it what they still finish."""
        if self.children:
            log.say("Stopping: the workers finish what they are at. A second signal hurries.")
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.running() and time.monotonic() < deadline and self.signals < 2:
            time.sleep(0.05)
        late = self.running()
        for child in late:
            log.say(f"{child.part.name} did not end in time and is killed.")
        for child in self.children:
            child.kill()
            child.finish_log()
        if self.valkey is not None:
            self.valkey.stop()
        log.say("Stopped.")
        return not late

    def running(self) -> list[Child]:
        return [child for child in self.children if child.is_running()]

    def everybody(self) -> list[Child]:
        return [*([self.valkey] if self.valkey else []), *self.children]

    def redis_url(self) -> str:
        return self.valkey.url if self.valkey else ""

    def environment(self, **more: str) -> dict[str, str]:
        """The parts' environment: ours, with what this process has found out."""
        own = {name: value for name, value in os.environ.items() if name != "MAILHUB_ADMIN_PASSWORD"}
        return {
            **own,
            "DJANGO_SETTINGS_MODULE": "mailhub.settings",
            # A relative path would mean another folder where the parts run.
            "MAILHUB_DATA": str(settings.MAILHUB_DATA),
            "PYTHONUNBUFFERED": "1",
            **more,
        }
