"""Letter, LetterVersion, LetterVariant. Versions and variants never change once written."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

KIND_CHOICES = [("html", "HTML"), ("mjml", "MJML"), ("markdown", "Markdown")]


class Letter(models.Model):
    """A letter over all its versions."""

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=KIND_CHOICES)
    description = models.CharField(_("description"), max_length=300, blank=True, default="")
    is_template = models.BooleanField(
        _("template"), default=False, help_text=_("Offered when somebody begins a new letter.")
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _label in KIND_CHOICES]),
                name="letter_kind_is_known",
            )
        ]

    def __str__(self) -> str:
        return self.name


class LetterVersion(models.Model):
    """One state of a letter. A trigger in the database refuses to change it."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    default_locale = models.CharField(
        _("default language"),
        max_length=35,
        help_text=_("BCP 47; what a person gets whose own language the letter does not have."),
    )
    # By name: a version never changes, not even when the person is deleted.
    created_by = models.CharField(_("made by"), max_length=150, blank=True, default="")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    size = models.PositiveIntegerField(
        _("size"), default=0, help_text=_("Bytes of the HTML part in the default language.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("letter version")
        verbose_name_plural = _("letter versions")
        constraints = [
            models.UniqueConstraint(fields=["letter", "number"], name="letter_version_number_once_per_letter")
        ]

    def __str__(self) -> str:
        return f"{self.letter.name} v{self.number}"


class LetterVariant(models.Model):
    """A version in one language; every field but the locale is Liquid source."""

    version = models.ForeignKey(LetterVersion, on_delete=models.PROTECT, related_name="variants")
    locale = models.CharField(_("language"), max_length=35)
    subject = models.TextField(_("subject"))
    preheader = models.TextField(_("preheader"), blank=True, default="")
    body = models.TextField(_("body"))
    text = models.TextField(
        _("text part"), blank=True, default="", help_text=_("Empty: made from the body automatically.")
    )

    class Meta:
        verbose_name = _("letter variant")
        verbose_name_plural = _("letter variants")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "locale"], name="letter_variant_locale_once_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} ({self.locale})"
