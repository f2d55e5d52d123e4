"""The list of letters, and the gallery that a new one begins with."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.content import previewing, starters, usage
from mailhub.content.forms import NewLetterForm
from mailhub.content.models import Letter
from mailhub.content.models.letter import KIND_CHOICES
from mailhub.content.selectors import drafts, letters
from mailhub.content.services import letters as writing
from mailhub.content.variants import KINDS, VariantSource
from mailhub.content.views import editing, finding
from mailhub.lib.errors import UserError
from mailhub.web import inline, keyset, responses, tables, toasts
from mailhub.web.tables import Column, Count, Empty

COLUMNS = (
    Column("name", gettext_lazy("Name"), "content/cells/_name.html", ("name", "id"), phone="title"),
    Column("kind", gettext_lazy("Kind"), "get_kind_display"),
    Column("languages", gettext_lazy("Languages"), "content/cells/_languages.html", phone="second"),
    Column("used", gettext_lazy("Used in"), "content/cells/_used.html", numeric=True),
    Column(
        "changed", gettext_lazy("Changed"), "content/cells/_changed.html", ("updated_at", "id"), phone="meta"
    ),
    Column("size", gettext_lazy("Size"), "content/cells/_size.html", numeric=True),
)


class LetterTable(tables.Table):
    """Letters with their languages and uses, one query each a page."""

    @cached_property
    def page(self) -> keyset.Page[Any]:
        page = super().page
        languages = letters.languages([row.newest_id for row in page.rows])
        uses = usage.of([row.pk for row in page.rows])
        for row in page.rows:
            row.languages, row.uses = languages[row.newest_id], uses[row.pk]
        return page


@doors.staff(Permission.LOOK)
def letter_list(request: StaffRequest) -> HttpResponse:
    archived = request.GET.get("archived") == "1"
    text, kind = editing.typed(request.GET.get("q", "")).strip()[:200], request.GET.get("kind", "")
    queryset = letters.listed(archived=archived, text=text, kind=kind if kind in KINDS else "")
    table = LetterTable(
        name="letters",
        request=request,
        queryset=queryset,
        columns=COLUMNS,
        default_sort="-changed",
        row_url=lambda row: reverse("content:letter_page", args=[row.pk]),
        count=Count(queryset.count()),
        empty=_empty(filtered=bool(text or kind), archived=archived),
        caption=_("Letters"),
    )
    context = {"archived": archived, "text": text, "kind": kind, "kinds": KIND_CHOICES}
    return tables.respond(request, table, "content/letter_list.html", context)


def _empty(*, filtered: bool, archived: bool) -> Empty:
    if filtered:
        return Empty(
            _("No letter fits"),
            _("Look for less, or for another word."),
            reverse("content:letter_list"),
            _("Show all letters"),
            "search",
        )
    if archived:
        return Empty(_("Nothing is archived"), _("Letters that you archive are kept here."), icon="archive")
    return Empty(
        _("Write your first letter"),
        _("Begin with a template and change the words; everything else is done for you."),
        reverse("content:letter_new"),
        _("New letter"),
        "mail",
    )


@doors.staff(Permission.WRITE_CONTENT)
def letter_new(request: StaffRequest) -> HttpResponse:
    """The gallery; each template's button makes the letter with the name that was typed."""
    office = previewing.post()
    brand_language = office.values(0).get("brand", {}).get("language") if office else None
    form = NewLetterForm(request.POST or None, initial={"locale": brand_language or "en"})
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            try:
                return _made(request, form)
            except UserError as error:
                form.add_error(None, str(error))
    context = {
        "form": form,
        "starters": starters.STARTERS,
        "templates": letters.templates(),
        "kinds": KIND_CHOICES,
    }
    status = 422 if form.errors else 200
    return render(request, "content/letter_new.html", context, status=status)


def _made(request: StaffRequest, form: NewLetterForm) -> HttpResponse:
    """The new letter's editor. Raises UserError for a beginning that is not there any more."""
    locale = form.cleaned_data["locale"]
    variants, default = _beginning(request.POST.get("begin", ""), locale=locale)
    version = writing.create(
        form.cleaned_data["name"],
        kind=variants[0].kind,
        variants=variants,
        default_locale=default,
        schema=previewing.schema(),
        author=finding.author(request).name,
    )
    audit.record(request, "letter.created", target=version.letter)
    toasts.ok(request, _("“%(name)s” is made. Write away: every change is saved.") % {"name": version.letter})
    return responses.go(request, reverse("content:letter_page", args=[version.letter_id]))


def _beginning(wish: str, *, locale: str) -> tuple[list[VariantSource], str]:
    """What the pressed button stands for: `starter:promotion`, `letter:12`, `blank:html`; else a newsletter."""
    what, _colon, name = wish.partition(":")
    if what == "letter" and name.isdecimal() and len(name) < 12:
        copy = drafts.working_copy(get_object_or_404(Letter, pk=int(name)))
        return [each.source for each in copy.languages], copy.default_locale
    if what == "blank" and name in KINDS:
        return [starters.blank(name, locale=locale)], locale
    return [starters.find(name or "newsletter").source(locale=locale)], locale
