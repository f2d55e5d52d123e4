"""Captured letters as records; the capture mailbox shows them as their readers would see them."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse

from mailhub.delivery.models import CapturedLetter
from mailhub.web.admin import ReadOnlyAdmin


@admin.register(CapturedLetter)
class CapturedLetterAdmin(ReadOnlyAdmin):
    list_display = ("captured_at", "rcpt_to", "subject", "dispatch_id")
    search_fields = ("rcpt_to", "subject", "=dispatch_id")
    exclude = ("raw",)
    ordering = ("-id",)

    def view_on_site(self, letter: CapturedLetter) -> str:
        """Its page in the mailbox."""
        return reverse("delivery:captured_letter", args=[letter.pk])
