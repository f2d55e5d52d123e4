"""Which letters take which routes, where staff want more than one route for each stream."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.models.ledger import Stream


class RouteRule(models.Model):
    """Letters of a brand, of a stream, to a domain (and what stands below it): each of the three may be left open.

    Of several rules that fit a letter the most specific one counts (`services/rulebook.py`). Without any
    that fits, `StoredRoute.use` decides.
    """

    brand = models.ForeignKey(
        "delivery.Brand", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    stream = models.CharField(max_length=13, choices=Stream.choices, blank=True, default="")
    domain = models.CharField(
        max_length=253, blank=True, default="", help_text="What stands behind the @; lower case, A-labels."
    )
    subdomains = models.BooleanField(
        default=False, help_text="The domain is meant with everything that stands below it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Coalesce("brand", 0), "stream", "domain", "subdomains", name="route_rule_once_per_letters"
            ),
            models.CheckConstraint(
                condition=~models.Q(domain="", subdomains=True), name="subdomains_of_a_domain"
            ),
        ]

    def __str__(self) -> str:
        whose = _(" of %(brand)s") % {"brand": self.brand.name} if self.brand else ""
        place = _(" to %(domain)s and its subdomains") if self.subdomains else _(" to %(domain)s")
        where = place % {"domain": self.domain} if self.domain else ""
        kinds = {
            "": _("All letters"),
            Stream.MARKETING: _("Marketing letters"),
            Stream.TRANSACTIONAL: _("Transactional letters"),
        }
        return f"{kinds[self.stream]}{whose}{where}"


class RouteChoice(models.Model):
    """One of the routes of a rule, in their order: position 0 is the first choice, the others step in.

    Without a `route` it is the server that MAILHUB_SMTP_URL names.
    """

    rule = models.ForeignKey(RouteRule, on_delete=models.CASCADE, related_name="choices")
    route = models.ForeignKey(
        "delivery.StoredRoute", null=True, blank=True, on_delete=models.CASCADE, related_name="choices"
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "route"], name="route_once_per_rule"),
            models.UniqueConstraint(
                fields=["rule"], condition=models.Q(route__isnull=True), name="environment_once_per_rule"
            ),
            models.UniqueConstraint(fields=["rule", "position"], name="position_once_per_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.route or 'MAILHUB_SMTP_URL'}, choice {self.position + 1} of {self.rule}"
