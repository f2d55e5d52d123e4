"""The capture mailbox: letters that would have been sent."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.models import CapturedLetter
from mailhub.web.admin import ReadOnlyAdmin


@admin.register(CapturedLetter)
class CapturedLetterAdmin(ReadOnlyAdmin):
    list_display = ("captured_at", "rcpt_to", "subject", "dispatch_id")
    search_fields = ("rcpt_to", "subject", "=dispatch_id")
    fields = ("captured_at", "mail_from", "rcpt_to", "subject", "source")
    readonly_fields = ("source",)
    ordering = ("-id",)

    @admin.display(description=_("Source"))
    def source(self, letter: CapturedLetter) -> str:
        return bytes(letter.raw).decode("utf-8", "replace")
