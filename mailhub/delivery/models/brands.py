"""Who the letters come from, and the domains that vouch for it."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models

from mailhub.delivery import headers
from mailhub.lib import colours

DEFAULT_ACCENT = "#0b6b62"


class Brand(models.Model):
    """A name that customers know, with the postal address that the law wants in every letter."""

    name = models.CharField(max_length=120)
    postal_address = models.TextField(blank=True, default="")
    public_url = models.URLField(blank=True, default="", help_text="Empty means PUBLIC_URL.")
    sender_name = models.CharField(max_length=120, blank=True, default="")
    sender_address = models.CharField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=35, default="en")
    logo = models.CharField(
        max_length=255, blank=True, default="", help_text="Its name in the file storage; empty means none."
    )
    accent = models.CharField(max_length=7, default=DEFAULT_ACCENT, help_text="Like #0b6b62.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def base_url(self) -> str:
        """Where the brand's public pages are, without a slash at the end."""
        return (self.public_url or settings.PUBLIC_URL).rstrip("/")

    @property
    def logo_url(self) -> str:
        """Where the logo is, complete, so that it works in a letter; "" when there is none."""
        if not self.logo:
            return ""
        url = default_storage.url(self.logo)
        return f"{self.base_url}{url}" if url.startswith("/") else url

    @property
    def on_accent(self) -> str:
        """The colour of text on the accent: black or white, whichever reads better."""
        return colours.readable_on(self.accent)


class Sender(models.Model):
    """An address that a brand's letters may be from. The brand's own fields say which is the usual one."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="senders")
    name = models.CharField(max_length=120, blank=True, default="")
    address = models.CharField(max_length=254, help_text="As SMTP is told it.")
    reply_to = models.CharField(max_length=254, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "address"], name="sender_once_per_brand")]

    def __str__(self) -> str:
        return headers.mailbox(self.name, self.address)

    @property
    def is_default(self) -> bool:
        return self.address == self.brand.sender_address


class SendingDomain(models.Model):
    """A domain that letters may be from, once its DNS says that MailHub may sign for it."""

    name = models.CharField(max_length=253, unique=True, help_text="Lower case, IDNA A-labels.")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="domains")
    verified_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, default="", help_text="What the last check found wrong.")
    answers = models.JSONField(
        default=dict, blank=True, help_text="What DNS said at the last check, by name and type."
    )
    next_check_at = models.DateTimeField(null=True, blank=True, help_text="Empty means now.")
    watched_until = models.DateTimeField(
        null=True, blank=True, help_text="Looked up every few minutes till then: somebody is at the records."
    )
    relay_signs = models.BooleanField(
        default=False, help_text="Letters leave unsigned: the server that they go to signs them."
    )
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
    pending = models.BooleanField(
        default=False, help_text="Takes over from the present key once DNS shows it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["domain", "selector"], name="selector_once_per_domain")
        ]

    def __str__(self) -> str:
        return f"{self.selector}._domainkey.{self.domain.name}"
