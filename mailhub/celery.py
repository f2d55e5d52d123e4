"""The Celery app: a doorbell. The rows of the database say what is due; a lost ring is rung again by beat."""

from __future__ import annotations

import gc
import os
import signal
import warnings
from typing import Any

from celery import Celery, bootsteps, signals
from celery.exceptions import SecurityWarning
from django.conf import settings
from kombu import Queue
from redis import RedisError

from mailhub.lib import heartbeat, queues, stopping, valkey
from mailhub.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailhub.settings")
# Celery would run Django's checks in every worker and throw away what they say; they import every view.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

# Six lines from each worker at each start, in every container that runs as root; docs/configuration.md
# says it once. What the warning fears, pickled tasks, is not accepted here.
warnings.simplefilter("ignore", SecurityWarning)

# Letters leave nothing behind that only the collector could take away; by default it would look through those in hand
# every 700 new objects (docs/performance.md).
COLLECT_EVERY = 50_000

app = Celery("mailhub", broker=valkey.broker_url(settings.REDIS_URL))
app.conf.update(
    timezone="UTC",
    accept_content=["json"],
    task_serializer="json",
    # Results are rows in the database; nobody reads them from the broker.
    task_ignore_result=True,
    task_store_eager_result=False,
    task_default_queue=queues.DEFAULT,
    task_queues=[Queue(name) for name in queues.ALL],
    # One ring a process, acknowledged when its task has ended: none waits behind a long task on one
    # machine while another machine is idle.
    worker_prefetch_multiplier=1,
    task_acks_late=True,
    # A task whose process was killed is not put back (it might kill the next one too); beat rings again.
    task_reject_on_worker_lost=False,
    # Losing the broker must not kill a sender in the middle of a letter: that would make it uncertain.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=2,
    broker_transport_options={
        "global_keyprefix": f"{valkey.PREFIX}celery:",
        # What a killed worker had not acknowledged comes back after this many seconds, looked for every
        # ten; without the two unacked settings it takes 100 more. A task that runs longer is rung twice:
        # tasks are idempotent.
        "visibility_timeout": 900,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        # A publisher gives up at once: doorbell.ring swallows it, and beat rings what is due.
        "max_retries": 0,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
    },
    beat_schedule=SCHEDULE,
    beat_schedule_filename=str(settings.MAILHUB_DATA / "beat-schedule"),
    beat_scheduler="mailhub.beat:TickingScheduler",
    # Beat looks at least this often (seconds), which is what its heartbeat proves.
    beat_max_loop_interval=heartbeat.INTERVAL_SECONDS,
    worker_redirect_stdouts=False,
)


@signals.setup_logging.connect
def keep_django_logging(**_: Any) -> None:
    """Being connected is enough: Celery then leaves the logging alone that Django has set up."""


@signals.celeryd_init.connect
def share_with_children(options: dict[str, Any], **_: Any) -> None:
    # The first address by name in a process imports every view there is, more than a second of work and a sixth
    # of its memory. Confirmations and notices name pages; campaigns and imports do not (contracts.PublicPages).
    if queues.EXPRESS in (options.get("queues") or queues.ALL):
        from django.urls import get_resolver

        _patterns = get_resolver().url_patterns
    # What is there now stays: the collector need not look through it again and again while letters are made,
    # a sixth of a sender's time (docs/performance.md), nor touch the memory that children share.
    gc.collect()
    gc.freeze()


@signals.worker_process_init.connect
def ignore_stop_signals(**_: Any) -> None:
    # A signal to the whole process group reaches the children too, and Celery's die of it in the middle
    # of a task. The parent alone drains them; billiard leaves an ignored SIGTERM ignored.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@signals.worker_process_init.connect
def collect_less(**_: Any) -> None:
    gc.set_threshold(COLLECT_EVERY)


@signals.worker_process_shutdown.connect
def close_connections(**_: Any) -> None:
    # Mail servers see a QUIT. Imported here: the apps are not ready when this module is.
    from mailhub.delivery import journal
    from mailhub.delivery.transports import registry

    registry.close_all()
    journal.close_own()


@signals.worker_shutting_down.connect
def tell_long_tasks(**_: Any) -> None:
    stopping.request()


class Heartbeat(bootsteps.StartStopStep):
    """Writes a worker's heartbeat from the consumer's own loop, so that it proves that rings are heard."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        served = app.amqp.queues.consume_from
        # A role is alive where its first queue is served.
        self.roles = [role for role, names in queues.SERVED_BY.items() if names[0] in served]
        self.write()
        self.timer = consumer.timer.call_repeatedly(heartbeat.INTERVAL_SECONDS, self.write)

    def stop(self, consumer: Any) -> None:
        self.timer.cancel()
        for role in self.roles:
            try:
                heartbeat.remove(role)
            except RedisError:
                # The broker is away; what is written there runs out by itself.
                return

    def write(self) -> None:
        for role in self.roles:
            heartbeat.write(role)


app.steps["consumer"].add(Heartbeat)
