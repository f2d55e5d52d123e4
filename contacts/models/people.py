"""People, the fields that a business adds to them, and tags."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailhub.lib import clock, full_names


class TrackingPreference(models.TextChoices):
    """How much a letter may tell about its reader; empty leaves it to the list and the campaign."""

    DEFAULT = "", _("as the campaign says")
    INDIVIDUAL = "individual", _("individual")
    ANONYMOUS = "anonymous", _("anonymous")
    OFF = "off", _("off")


class Contact(models.Model):
    """One person, known by one address.

    `email` is what was typed, `email_key` what is compared, `address` what SMTP is told
    (`mailhub.lib.addresses`), `address_hash` how delivery knows it (`mailhub.delivery.hashing`).
    """

    email = models.CharField(max_length=320, help_text="As the person typed it.")
    email_key = models.CharField(max_length=320, help_text="What makes two addresses the same.")
    address = models.CharField(max_length=320, help_text="What mail servers are told.")
    address_hash = models.CharField(max_length=32)
    first_name = models.CharField(max_length=150, blank=True, default="")
    last_name = models.CharField(max_length=150, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    locale = models.CharField(
        max_length=35, blank=True, default="", help_text="BCP 47, such as en or zh-Hans."
    )
    time_zone = models.CharField(max_length=64, blank=True, default="", help_text="Such as Europe/Berlin.")
    country = models.CharField(max_length=100, blank=True, default="")
    city = models.CharField(max_length=150, blank=True, default="")
    custom = models.JSONField(default=dict, blank=True, help_text="Custom fields: key → value of its type.")
    source = models.CharField(
        max_length=200, blank=True, default="", help_text="Where the contact came from."
    )
    tracking = models.CharField(
        max_length=10,
        choices=TrackingPreference.choices,
        blank=True,
        default="",
    )
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    tags = models.ManyToManyField("contacts.Tag", through="contacts.ContactTag", related_name="contacts")

    class Meta:
        # `unique=True` would add an index of its own for LIKE to each; every row pays for every index.
        constraints = [
            # On PostgreSQL the column has the collation "C" (migration 0006): one index serves `=`, the
            # beginning of an address and the order of addresses, in every locale.
            models.UniqueConstraint(fields=["email_key"], name="contact_once_per_address"),
            models.UniqueConstraint(fields=["address_hash"], name="contact_once_per_address_hash"),
        ]
        # The number too: an import adds thousands in one moment, and pages need an order without ties.
        indexes = [
            models.Index(fields=["created_at", "id"], name="contact_by_age"),
            models.Index(fields=["updated_at", "id"], name="contact_by_change"),
        ]

    @property
    def full_name(self) -> str:
        return full_names.of(self.first_name, self.last_name)

    def __str__(self) -> str:
        return self.email


class FieldType(models.TextChoices):
    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    DATE = "date", _("date")
    BOOLEAN = "boolean", _("yes or no")
    JSON = "json", _("JSON")


class CustomField(models.Model):
    """A field that this business keeps of its contacts beside the built-in ones."""

    key = models.CharField(
        max_length=63,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Use a–z, 0–9 and _, beginning with a letter."))],
        help_text="Its name in letters: {{ contact.key }}.",
    )
    label = models.CharField(max_length=120)
    type = models.CharField(max_length=7, choices=FieldType.choices, default=FieldType.TEXT)
    public = models.BooleanField(
        default=False, help_text="The person sees it on their own page and may change it."
    )
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.label


class Tag(models.Model):
    """A word put on contacts. `key` is its case-folded name, so that VIP and vip are one tag."""

    name = models.CharField(max_length=120)
    key = models.CharField(max_length=240, unique=True)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class ContactTag(models.Model):
    """That a contact bears a tag."""

    # The unique key begins with the contact and serves as its index.
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="tag_marks", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="contact_marks")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "tag"], name="tag_once_per_contact")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.tag_id}"
