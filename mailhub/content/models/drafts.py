"""The working copy of a letter, and texts that were overtaken by somebody else's."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailhub.content.models.letter import Letter
from mailhub.lib import clock


class Words(models.Model):
    """What somebody writes of a letter in one language; Liquid source that may still be wrong."""

    locale = models.CharField(_("language"), max_length=35)
    subject = models.TextField(_("subject"), blank=True, default="")
    preheader = models.TextField(_("preheader"), blank=True, default="")
    body = models.TextField(_("body"), blank=True, default="")
    text = models.TextField(_("text part"), blank=True, default="")

    class Meta:
        abstract = True


class LetterDraft(Words):
    """One language of a letter in work. A letter without drafts is as its newest version says."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="drafts")
    is_default = models.BooleanField(default=False)
    base_number = models.PositiveIntegerField(help_text="The version that the work began with.")
    revision = models.PositiveIntegerField(
        default=0, help_text="Counts the savings; finds what was overtaken."
    )
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "locale"], name="letter_draft_once_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.locale} r{self.revision}"


class SetAside(Words):
    """A text that somebody wrote while another saved the same letter; kept until one of them decides."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="set_aside")
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "locale", "written_by"], name="letter_set_aside_once_per_writer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.locale} by {self.written_by}"
