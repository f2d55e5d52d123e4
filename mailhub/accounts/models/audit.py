"""What staff and API keys did, kept for good."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailhub.lib import clock


class AuditEntry(models.Model):
    """One act. It names people and things by text too, so that it outlives both."""

    at = models.DateTimeField(_("when"), default=clock.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    actor = models.CharField(_("who"), max_length=200, help_text="User name, or name of the API key.")
    act = models.CharField(_("act"), max_length=100, help_text="Such as list.created.")
    target_type = models.CharField(max_length=100, blank=True, default="", help_text="Such as contacts.list.")
    target_id = models.CharField(max_length=64, blank=True, default="")
    target_label = models.CharField(_("what"), max_length=300, blank=True, default="")
    detail = models.JSONField(default=dict, blank=True)
    ip = models.GenericIPAddressField(_("from"), null=True, blank=True)

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_of_target")]

    @property
    def said(self) -> tuple[str, str]:
        """The act as thing and deed: campaign, launched. Unnamed ones go by their address: contacts, act."""
        thing, _dot, deed = self.act.replace(":", ".").replace("_", " ").partition(".")
        return thing, deed

    def __str__(self) -> str:
        return f"{self.actor} {self.act} {self.target_label}"
