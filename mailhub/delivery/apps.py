"""Registers the delivery room with Django."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "mailhub.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.core.checks import register as register_check

        from mailhub.delivery import contracts, navigation, notices, signals
        from mailhub.delivery.limits import breaker
        from mailhub.delivery.selectors import hosts
        from mailhub.delivery.services import single
        from mailhub.web import hosts as web_hosts

        contracts.register_source(single.SOURCE, single.AddressSource())
        web_hosts.register(hosts.public_urls)
        navigation.register()
        signals.events_recorded.connect(breaker.on_events_recorded)
        register_check(notices.check_route, deploy=True)
