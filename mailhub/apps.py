"""The whole of MailHub as an installed app: it knows the tasks of every room and the health checks."""

from django.apps import AppConfig


class MailhubConfig(AppConfig):
    name = "mailhub"
    label = "mailhub"

    def ready(self) -> None:
        from mailhub import health
        from mailhub.celery import app

        # Forced, else the web process and the commands do not know a task until they happen to import it.
        app.autodiscover_tasks(force=True)
        health.register_checks()
