"""Keys by which other systems use the API, and the answers that they may ask for again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailhub.lib import clock

DEFAULT_RATE = 600


class ApiKey(models.Model):
    """One key. What was shown once is kept as a keyed hash only; `prefix` is how people know it again."""

    name = models.CharField(_("name"), max_length=100, help_text=_("Which system uses it."))
    prefix = models.CharField(_("key"), max_length=16, help_text="The first characters of the key.")
    digest = models.CharField(max_length=64, unique=True, help_text="Keyed BLAKE2b of the key.")
    scopes = models.JSONField(_("may"), default=list)
    requests_per_minute = models.PositiveIntegerField(_("requests a minute"), default=DEFAULT_RATE)
    created_at = models.DateTimeField(_("created"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.name

    @property
    def works(self) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > clock.now())


class KeptAnswer(models.Model):
    """What a write with an Idempotency-Key was answered, so that the same request is not done twice.

    Made before the work begins; the answer is written in the transaction of the work. A row without an
    answer whose lease is over belongs to a request that died, and left nothing behind.
    """

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="kept_answers", db_index=False)
    key = models.CharField(max_length=255, help_text="The Idempotency-Key.")
    fingerprint = models.CharField(max_length=64, help_text="Of method, path, query and body.")
    lease = models.CharField(max_length=32, help_text="Which request is doing it.")
    lease_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    body = models.TextField(blank=True, default="")
    headers = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "key"], name="answer_once_per_key")]

    def __str__(self) -> str:
        return f"{self.api_key_id} {self.key}"
