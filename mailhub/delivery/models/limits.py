"""How fast letters may leave: caps of routes and of receiving domains, warm-ups, and what was reserved of a day."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class RateCaps(models.Model):
    """Caps that may stand together; an empty one does not limit. The day is a calendar day in `zone`."""

    per_second = models.PositiveIntegerField(null=True, blank=True)
    per_minute = models.PositiveIntegerField(null=True, blank=True)
    per_hour = models.PositiveIntegerField(null=True, blank=True)
    per_day = models.PositiveIntegerField(null=True, blank=True)
    zone = models.CharField(max_length=64, default="UTC", help_text="An IANA name, like Europe/Berlin.")

    class Meta:
        abstract = True


class RouteLimit(RateCaps):
    """What may leave by one route; no route means the one of the environment."""

    route = models.ForeignKey(
        "delivery.StoredRoute", null=True, blank=True, on_delete=models.CASCADE, related_name="limits"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(Coalesce("route", 0), name="limit_once_per_route"),
        ]

    def __str__(self) -> str:
        return f"limit of {self.route or 'the default route'}"


class DestinationLimit(RateCaps):
    """What may leave for one receiving domain, by whatever route; "" is every domain without its own."""

    domain = models.CharField(max_length=253, unique=True, blank=True, help_text="Lower case, A-labels.")
    at_once = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many letters for it may be on their way at the same time."
    )

    def __str__(self) -> str:
        return f"limit of {self.domain or 'every other domain'}"


class WarmUpPlan(models.TextChoices):
    """How the caps of a new sender grow (`limits/warm_up.py`)."""

    SEED = "seed", _("By the week: 200, 800, 2,500 a day, then normal")
    HOURLY = "hourly", _("By the hour: 20 an hour on the first day, then 1.4 times as many every day")
    CUSTOM = "custom", _("Caps of your own")


class Overflow(models.TextChoices):
    """What becomes of letters over the cap of a warm-up."""

    HOLD = "hold", _("They wait until there is room")
    ROUTE = "route", _("They take another route")


class WarmUp(models.Model):
    """The warming of one sending domain on one route; no route means the one of the environment."""

    domain = models.ForeignKey("delivery.SendingDomain", on_delete=models.CASCADE, related_name="warm_ups")
    route = models.ForeignKey(
        "delivery.StoredRoute", null=True, blank=True, on_delete=models.CASCADE, related_name="warm_ups"
    )
    plan = models.CharField(max_length=6, choices=WarmUpPlan.choices, default=WarmUpPlan.SEED)
    custom_caps = models.JSONField(default=list, blank=True, help_text="Whole numbers, one a step.")
    custom_per_hour = models.BooleanField(default=False, help_text="Its caps count an hour, not a day.")
    custom_step_days = models.PositiveSmallIntegerField(default=1, help_text="How long a step lasts.")
    zone = models.CharField(max_length=64, default="UTC", help_text="Whose midnight begins a day.")
    overflow = models.CharField(max_length=5, choices=Overflow.choices, default=Overflow.HOLD)
    overflow_route = models.ForeignKey(
        "delivery.StoredRoute", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_date = models.DateField(
        null=True, blank=True, help_text="Its first day, in its zone; empty until its first letter leaves."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("domain", Coalesce("route", 0), name="warm_up_once_per_domain_and_route"),
        ]

    def __str__(self) -> str:
        return f"warm-up of {self.domain} by {self.route or 'the default route'}"


class ReservedDay(models.Model):
    """How many letters of one calendar day Valkey may hand out for one limit: never less than it did.

    Raised ahead, in blocks, before Valkey hands them out. When Valkey loses its memory, everything up to
    here counts as used, so a day's cap holds.
    """

    limit_key = models.CharField(max_length=80)
    day = models.DateField()
    reserved = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["limit_key", "day"], name="reserved_once_per_day")]

    def __str__(self) -> str:
        return f"{self.limit_key} on {self.day}: {self.reserved}"


class CounterMark(models.Model):
    """The word that Valkey must know; when it does not, it has lost its counters. One row."""

    word = models.CharField(max_length=80)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.word


class BreakerKind(models.TextChoices):
    BOUNCES = "bounces", _("bounces")
    COMPLAINTS = "complaints", _("complaints")
    ERRORS = "errors", _("errors")


class BreakerTrip(models.Model):
    """A warning or a stop of the circuit breaker, told once: of one dispatch, or of a route."""

    dispatch = models.ForeignKey(
        "delivery.Dispatch", null=True, blank=True, on_delete=models.CASCADE, related_name="trips"
    )
    route_name = models.CharField(max_length=320, blank=True, default="", help_text="Of a route's trip.")
    kind = models.CharField(max_length=10, choices=BreakerKind.choices)
    stops = models.BooleanField(help_text="It stopped the sending; otherwise it only warned.")
    sentence = models.TextField()
    tripped_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True, help_text="When staff let it go on.")

    class Meta:
        indexes = [
            models.Index(
                fields=["tripped_at"], condition=models.Q(cleared_at__isnull=True), name="trip_standing"
            )
        ]

    def __str__(self) -> str:
        return self.sentence
