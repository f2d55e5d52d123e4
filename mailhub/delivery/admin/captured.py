"""The capture mailbox: letters that would have been sent, as their readers would see them."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.models import CapturedLetter
from mailhub.delivery.selectors import captured
from mailhub.web.admin import ReadOnlyAdmin

# The letter may look like anything, and does nothing; its links open in a tab of their own.
FRAME = "allow-popups allow-popups-to-escape-sandbox"
POLICY = (
    "default-src 'none'; img-src https: data:; style-src 'unsafe-inline'; font-src https: data:; "
    f"form-action 'none'; frame-ancestors 'self'; sandbox {FRAME}"
)


@admin.register(CapturedLetter)
class CapturedLetterAdmin(ReadOnlyAdmin):
    list_display = ("captured_at", "rcpt_to", "subject", "dispatch_id")
    search_fields = ("rcpt_to", "subject", "=dispatch_id")
    fields = ("captured_at", "mail_from", "rcpt_to", "subject", "page", "text", "headers", "source")
    readonly_fields = ("page", "text", "headers", "source")
    ordering = ("-id",)

    class Media:
        css = {"all": ("delivery/captured.css",)}

    @admin.display(description=_("Letter"))
    def page(self, letter: CapturedLetter) -> SafeString | str:
        if not captured.read(bytes(letter.raw)).html:
            return "–"
        return format_html(
            '<div class="captured-letter"><iframe src="{}" sandbox="{}" title="{}"></iframe></div>',
            reverse("admin:delivery_capturedletter_page", args=[letter.pk]),
            FRAME,
            gettext("The letter as its reader sees it"),
        )

    @admin.display(description=_("Text"))
    def text(self, letter: CapturedLetter) -> SafeString:
        text = captured.read(bytes(letter.raw)).text
        return format_html('<div class="captured-letter"><pre>{}</pre></div>', text or "–")

    @admin.display(description=_("Headers"))
    def headers(self, letter: CapturedLetter) -> SafeString:
        rows = format_html_join(
            "", '<tr><th scope="row">{}</th><td>{}</td></tr>', captured.read(bytes(letter.raw)).headers
        )
        return format_html('<div class="captured-letter"><table>{}</table></div>', rows)

    @admin.display(description=_("Source"))
    def source(self, letter: CapturedLetter) -> SafeString:
        return format_html(
            '<div class="captured-letter"><details><summary>{}</summary><pre>{}</pre></details></div>',
            gettext("As it would go over the wire"),
            bytes(letter.raw).decode("utf-8", "replace"),
        )

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<int:number>/page/", self.admin_site.admin_view(self.show), name="delivery_capturedletter_page"
        )
        return [page, *super().get_urls()]

    def show(self, request: HttpRequest, number: int) -> HttpResponse:
        """The HTML of the letter, for the frame."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        letter = CapturedLetter.objects.filter(pk=number).first()
        if letter is None:
            raise Http404
        html = captured.page(captured.read(bytes(letter.raw)).html)
        return HttpResponse(
            html,
            headers={
                "Content-Security-Policy": POLICY,
                "Referrer-Policy": "no-referrer",
                "X-Frame-Options": "SAMEORIGIN",
            },
        )
