"""Registers the example shop with Django, and sees to it that its people are never really mailed."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "mailhub.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from contacts.selectors import audience
        from mailhub.delivery import contracts
        from mailhub.delivery.services import single
        from mailhub.demo import guard, panel
        from reports.selectors import examples

        for name in (audience.SOURCE, single.SOURCE):
            contracts.register_source(name, guard.ExampleGuard(contracts.source(name)))
        examples.register(panel.read)
