"""What has to be well for MailHub to be ready: database, broker, workers and beat."""

from functools import partial

from mailhub.lib import heartbeat
from mailhub.web import health

PARTS = {
    "worker bulk": heartbeat.BULK,
    "worker express": heartbeat.EXPRESS,
    "worker jobs": heartbeat.JOBS,
    "beat": heartbeat.BEAT,
}


def register_checks() -> None:
    health.register("database", health.check_database)
    health.register("broker", health.check_broker)
    for name, role in PARTS.items():
        health.register(name, partial(check_heartbeat, role))


def check_heartbeat(role: str) -> str | None:
    return (
        None if heartbeat.alive(role) else f"No heartbeat in the last {heartbeat.LIFETIME_SECONDS} seconds."
    )
