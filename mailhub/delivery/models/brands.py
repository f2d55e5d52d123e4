"""Who the letters come from, and the domains that vouch for it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Brand(models.Model):
    """A name that customers know, with the postal address that the law wants in every letter."""

    name = models.CharField(max_length=120)
    postal_address = models.TextField(blank=True, default="")
    public_url = models.URLField(blank=True, default="", help_text="Empty means PUBLIC_URL.")
    sender_name = models.CharField(max_length=120, blank=True, default="")
    sender_address = models.CharField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=35, default="en")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def base_url(self) -> str:
        """Where the brand's public pages are, without a slash at the end."""
        return (self.public_url or settings.PUBLIC_URL).rstrip("/")


class SendingDomain(models.Model):
    """A domain that letters may be from, once its DNS says that MailHub may sign for it."""

    name = models.CharField(max_length=253, unique=True, help_text="Lower case, IDNA A-labels.")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="domains")
    verified_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, default="", help_text="What the last check found wrong.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class DkimKey(models.Model):
    """One key pair of a sending domain, published under its selector."""

    domain = models.ForeignKey(SendingDomain, on_delete=models.CASCADE, related_name="keys")
    selector = models.CharField(max_length=63)
    private_key = models.TextField(help_text="PEM, encrypted.")
    public_key = models.TextField(help_text="Base64 of the DER form, as DNS shows it.")
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(
        null=True, blank=True, help_text="Signs no more; stays published until its letters are old."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["domain", "selector"], name="selector_once_per_domain")
        ]

    def __str__(self) -> str:
        return f"{self.selector}._domainkey.{self.domain.name}"
