"""The editor of a letter: the page, the saving while one writes, and the making of versions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.content import checklist, previewing
from mailhub.content.models import Letter
from mailhub.content.problems import LetterError
from mailhub.content.selectors import drafts as working
from mailhub.content.selectors.drafts import Working
from mailhub.content.services import drafts
from mailhub.content.variants import VariantSource
from mailhub.content.views import editing, finding
from mailhub.lib.errors import UserError
from mailhub.web import responses, toasts


@doors.staff(Permission.LOOK)
def letter_page(request: StaffRequest, letter_id: int) -> HttpResponse:
    letter = finding.letter(letter_id)
    copy = working.working_copy(letter)
    current = copy.or_default(request.GET.get("locale", ""))
    return render(request, "content/letter_page.html", editing.page_context(request, letter, copy, current))


@doors.staff(Permission.WRITE_CONTENT)
@require_POST
def letter_draft(request: StaffRequest, letter_id: int) -> HttpResponse:
    """Keep what was typed, and say what is wrong with it; text that was overtaken is set aside."""
    letter = finding.letter(letter_id)
    current = _posted_language(request, letter)
    if current is None:
        return _kept_aside(request, letter)
    source = editing.source_of_form(request, current=current)
    overtaken: Working | None = None
    mark = request.POST.get("mark", "")
    try:
        saved = drafts.save(letter, source=source, mark=mark, author=finding.author(request))
        mark = saved.mark
    except drafts.Overtaken as error:
        saved, overtaken = error.theirs, error.theirs
    if not request.htmx:
        return _back(request, letter, current.locale, overtaken=overtaken)
    context = _state_of(letter, saved, source, brand_id=editing.brand_in_view(request))
    context |= {"mark": mark, "overtaken": overtaken}
    response = render(request, "content/_state.html", context)
    # Every few seconds while somebody types: the version that comes of it is what the audit log keeps.
    response.changed_nothing = True  # type: ignore[attr-defined]
    return response


@doors.staff(Permission.WRITE_CONTENT)
@require_POST
def letter_save(request: StaffRequest, letter_id: int) -> HttpResponse:
    """Make a version of the working copy, with what the form holds in it."""
    letter = finding.letter(letter_id)
    author = finding.author(request)
    current = _posted_language(request, letter)
    if current is None:
        return _kept_aside(request, letter)
    page = _page(letter, current.locale)
    try:
        if "body" in request.POST:
            source = editing.source_of_form(request, current=current)
            drafts.save(letter, source=source, mark=request.POST.get("mark", ""), author=author)
        note = editing.typed(request.POST.get("note", ""))
        version = drafts.publish(letter, schema=previewing.schema(), author=author, note=note)
    except LetterError as error:
        toasts.bad(request, _no_version(error))
        return responses.go(request, page)
    except UserError as error:
        toasts.warn(request, str(error))
        return responses.go(request, page)
    audit.record(request, "letter.version_saved", target=letter, detail={"number": version.number})
    toasts.ok(request, _("Version %(number)d is saved; new campaigns send it.") % {"number": version.number})
    return responses.go(request, page)


@doors.staff(Permission.WRITE_CONTENT)
@require_POST
def letter_take_over(request: StaffRequest, letter_id: int) -> HttpResponse:
    """The text in this window goes on; what somebody else saved is set aside instead."""
    letter = finding.letter(letter_id)
    current = _posted_language(request, letter)
    if current is None:
        return _kept_aside(request, letter)
    source = editing.source_of_form(request, current=current)
    drafts.take_over(letter, source=source, author=finding.author(request))
    audit.record(request, "letter.draft_taken_over", target=letter)
    who = current.changed_by or _("the other window")
    toasts.ok(request, _("Your text goes on. The text of %(who)s is kept aside below.") % {"who": who})
    return responses.go(request, _page(letter, current.locale))


@doors.staff(Permission.WRITE_CONTENT)
def letter_discard(request: StaffRequest, letter_id: int) -> HttpResponse:
    letter = finding.letter(letter_id)
    number = working.newest_version(letter).number
    if request.method == "POST":
        drafts.discard(letter)
        audit.record(request, "letter.draft_discarded", target=letter)
        toasts.ok(request, _("The letter is as in version %(number)d again.") % {"number": number})
        return responses.go(request, _page(letter, ""))
    context = {
        "letter": letter,
        "title": _("Give up the changes?"),
        "text": _("Everything since version %(number)d goes, in all languages, whoever wrote it.")
        % {"number": number},
        "button": _("Give up the changes"),
        "danger": True,
        "back": _page(letter, ""),
    }
    return render(request, "content/letter_deed.html", context)


def _posted_language(request: StaffRequest, letter: Letter) -> Working | None:
    """The language that was written in; None when somebody took it out of the letter meanwhile."""
    copy = working.working_copy(letter)
    locale = request.POST.get("locale") or copy.default_locale
    return next((each for each in copy.languages if each.locale == locale), None)


def _state_of(letter: Letter, saved: Working, source: VariantSource, *, brand_id: int) -> dict[str, Any]:
    """What the editor swaps in after a save: the marks, the languages and what is wrong with the text."""
    report = checklist.report(source, schema=previewing.schema(), brand_id=brand_id)
    return {
        "letter": letter,
        "copy": working.working_copy(letter),
        "source": source,
        "saved_at": timezone.localtime(saved.changed_at),
        "current": saved,
        "swapped": True,
        **editing.report_context(report, source),
    }


def _kept_aside(request: StaffRequest, letter: Letter) -> HttpResponse:
    """What was written in a language that is not there any more is kept, and its writer told."""
    current = working.working_copy(letter).languages[0]
    locale = editing.typed(request.POST.get("locale", ""))[:35]
    source = replace(editing.source_of_form(request, current=current), locale=locale)
    drafts.keep_aside(letter, source=source, author=finding.author(request))
    toasts.bad(
        request,
        _("Somebody took this language out of the letter meanwhile. Your text is kept aside below."),
    )
    return responses.go(request, _page(letter, ""))


def _back(request: StaffRequest, letter: Letter, locale: str, *, overtaken: Working | None) -> HttpResponse:
    """Without JavaScript: the page again, with what happened."""
    if overtaken is not None:
        toasts.bad(request, str(drafts.Overtaken(overtaken)))
    else:
        toasts.ok(request, _("The draft is saved."))
    return responses.go(request, _page(letter, locale))


def _no_version(error: LetterError) -> str:
    first, more = error.problems[0], len(error.problems) - 1
    if not more:
        return _("No version was made: %(problem)s. Your text is kept as a draft.") % {"problem": first}
    return ngettext(
        "No version was made: %(problem)s, and %(more)d more problem. Your text is kept as a draft.",
        "No version was made: %(problem)s, and %(more)d more problems. Your text is kept as a draft.",
        more,
    ) % {"problem": first, "more": more}


def _page(letter: Letter, locale: str) -> str:
    page = reverse("content:letter_page", args=[letter.pk])
    return f"{page}?locale={locale}" if locale else page
