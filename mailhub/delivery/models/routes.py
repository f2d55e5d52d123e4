"""The ways out that staff have set: mail servers, or the capture mailbox on purpose."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.transports.anymail.providers import PROVIDERS


class TransportName(models.TextChoices):
    SMTP = "smtp", _("Mail server (SMTP)")
    ANYMAIL = "anymail", _("Mail provider (API)")
    DIRECT = "direct", _("Straight to the recipients' servers (MX)")
    CAPTURE = "capture", _("Capture mailbox: nothing leaves")


class TlsMode(models.TextChoices):
    STARTTLS = "starttls", "STARTTLS"
    IMPLICIT = "implicit", _("TLS from the first byte")
    NONE = "none", _("No encryption")


class Use(models.TextChoices):
    """Which letters take a route; one route for each."""

    EVERYTHING = "everything", _("Every letter")
    MARKETING = Stream.MARKETING, _("Marketing letters only")
    TRANSACTIONAL = Stream.TRANSACTIONAL, _("Transactional letters only")
    NOTHING = "", _("None: kept for later")


class StoredRoute(models.Model):
    """A route as the settings screen keeps it; `services/routing.py` makes the sender's Route of it."""

    name = models.CharField(max_length=80, unique=True)
    transport = models.CharField(max_length=10, choices=TransportName.choices, default=TransportName.SMTP)
    host = models.CharField(max_length=253, blank=True, default="")
    port = models.PositiveIntegerField(default=587)
    tls = models.CharField(max_length=8, choices=TlsMode.choices, default=TlsMode.STARTTLS)
    username = models.CharField(max_length=254, blank=True, default="")
    password = models.TextField(blank=True, default="", help_text="Encrypted.")
    provider = models.CharField(max_length=20, blank=True, default="")
    settings = models.JSONField(default=dict, blank=True, help_text="The provider's, but its secrets.")
    secrets = models.TextField(blank=True, default="", help_text="JSON by name, encrypted.")
    used_at = models.DateTimeField(null=True, blank=True, help_text="When the provider last took a letter.")
    use = models.CharField(max_length=13, choices=Use.choices, blank=True, default=Use.EVERYTHING)
    tested_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, default="", help_text="What the last connection test found wrong.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["use"], condition=~models.Q(use=""), name="route_once_per_kind_of_letter"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_used(self) -> bool:
        return self.use != Use.NOTHING

    @property
    def leads_out(self) -> bool:
        return self.transport != TransportName.CAPTURE

    @property
    def is_account(self) -> bool:
        """Whether it is an account at a provider, reached by its API."""
        return self.transport == TransportName.ANYMAIL

    @property
    def is_direct(self) -> bool:
        return self.transport == TransportName.DIRECT

    @property
    def destination(self) -> str:
        """`mail.example.org:587`, the provider's name, or words for a direct route; "" for the capture mailbox."""
        if not self.leads_out:
            return ""
        if self.is_account:
            return PROVIDERS[self.provider].label if self.provider in PROVIDERS else self.provider
        if self.is_direct:
            return gettext("the recipients' own servers")
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
