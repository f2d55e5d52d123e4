"""The versions of a letter: who made which and when, what is different, and bringing one back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.content import previewing
from mailhub.content.models import Letter, LetterVersion, SetAside
from mailhub.content.selectors import drafts as working
from mailhub.content.selectors import versions
from mailhub.content.services import drafts
from mailhub.content.views import finding
from mailhub.content.wording import language_name
from mailhub.lib.errors import UserError
from mailhub.web import responses, toasts


@doors.staff(Permission.LOOK)
def version_list(request: StaffRequest, letter_id: int) -> HttpResponse:
    letter = finding.letter(letter_id)
    copy = working.working_copy(letter)
    context = {"letter": letter, "copy": copy, "versions": versions.of_letter(letter)}
    return render(request, "content/version_list.html", context)


@doors.staff(Permission.LOOK)
def version_page(request: StaffRequest, letter_id: int, number: int) -> HttpResponse:
    """What changed from one version to another: by default from the one before it."""
    letter = finding.letter(letter_id)
    version = _version(letter, number)
    others = [each for each in versions.of_letter(letter) if each.number != number]
    wanted = request.GET.get("with", "")
    before = next((each for each in others if str(each.number) == wanted), None)
    if before is None:
        before = next((each for each in others if each.number < number), None)
    old = versions.sources(before) if before else {}
    context = {
        "letter": letter,
        "version": version,
        "before": before,
        "others": others,
        "is_newest": all(each.number < number for each in others),
        "languages": _named(versions.compare(old, versions.sources(version))),
    }
    return render(request, "content/version_page.html", context)


@doors.staff(Permission.WRITE_CONTENT)
def version_restore(request: StaffRequest, letter_id: int, number: int) -> HttpResponse:
    """An old version's words as a new version."""
    letter = finding.letter(letter_id)
    version = _version(letter, number)
    page = reverse("content:letter_page", args=[letter.pk])
    if request.method == "POST":
        try:
            made = drafts.restore(version, schema=previewing.schema(), author=finding.author(request))
        except UserError as error:
            toasts.bad(request, str(error))
            return responses.go(request, page)
        audit.record(request, "letter.version_restored", target=letter, detail={"number": number})
        words = _("Version %(new)d says what version %(old)d said.")
        toasts.ok(request, words % {"new": made.number, "old": number})
        return responses.go(request, page)
    in_work = letter.drafts.exists()
    text = _("Its words become a new version; no version is lost.")
    if in_work:
        text = _("Its words become a new version. The draft in work is given up; no version is lost.")
    context = {
        "letter": letter,
        "title": _("Bring back version %(number)d?") % {"number": number},
        "text": text,
        "button": _("Bring back"),
        "back": reverse("content:version_list", args=[letter.pk]),
    }
    return render(request, "content/letter_deed.html", context)


@doors.staff(Permission.LOOK, post=Permission.WRITE_CONTENT)
def aside_page(request: StaffRequest, letter_id: int, aside_id: int) -> HttpResponse:
    """A text that was overtaken beside the one that was saved; a POST makes it the working copy."""
    letter = finding.letter(letter_id)
    aside = get_object_or_404(SetAside, pk=aside_id, letter=letter)
    page = reverse("content:letter_page", args=[letter.pk]) + f"?locale={aside.locale}"
    if request.method == "POST":
        try:
            drafts.take_up(aside, author=finding.author(request))
        except UserError as error:
            toasts.bad(request, str(error))
            return responses.go(request, page)
        audit.record(request, "letter.draft_taken_over", target=letter)
        toasts.ok(request, _("That text goes on; the other one is kept aside."))
        return responses.go(request, page)
    current = working.working_copy(letter).or_default(aside.locale)
    ours = working.source_of(aside, kind=letter.kind)
    context = {
        "letter": letter,
        "aside": aside,
        "current": current,
        "language_label": language_name(aside.locale),
        "languages": _named(versions.compare({aside.locale: current.source}, {aside.locale: ours})),
        "back": page,
    }
    return render(request, "content/aside_page.html", context)


@doors.staff(Permission.WRITE_CONTENT)
@require_POST
def aside_drop(request: StaffRequest, letter_id: int, aside_id: int) -> HttpResponse:
    letter = finding.letter(letter_id)
    aside = get_object_or_404(SetAside, pk=aside_id, letter=letter)
    locale = aside.locale
    aside.delete()
    audit.record(request, "letter.set_aside_dropped", target=letter)
    toasts.ok(request, _("The text that was kept aside is gone."))
    return responses.go(request, reverse("content:letter_page", args=[letter.pk]) + f"?locale={locale}")


def _version(letter: Letter, number: int) -> LetterVersion:
    version = letter.versions.select_related("letter").filter(number=number).first()
    if version is None:
        raise Http404("The letter has no such version.")
    return version


def _named(languages: list[versions.LanguageDiff]) -> list[tuple[str, versions.LanguageDiff]]:
    return [(language_name(each.locale), each) for each in languages]
