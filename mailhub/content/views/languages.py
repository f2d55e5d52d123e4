"""Adds and removes the languages of a letter."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.content.forms import LanguageForm
from mailhub.content.models import Letter
from mailhub.content.selectors import drafts as working
from mailhub.content.services import drafts
from mailhub.content.views import finding
from mailhub.content.wording import COMMON, language_name
from mailhub.lib.errors import UserError
from mailhub.web import responses, toasts


@doors.staff(Permission.WRITE_CONTENT)
def language_new(request: StaffRequest, letter_id: int) -> HttpResponse:
    """A further language, beginning as a copy of the default one."""
    letter = finding.letter(letter_id)
    form = LanguageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        locale = form.cleaned_data["locale"]
        try:
            drafts.add_language(letter, locale=locale, copy_from="", author=finding.author(request))
        except UserError as error:
            form.add_error("locale", str(error))
        else:
            audit.record(request, "letter.language_added", target=letter, detail={"language": locale})
            return responses.go(request, _tab(letter, locale))
    copy = working.working_copy(letter)
    context = {
        "letter": letter,
        "form": form,
        "default": language_name(copy.default_locale),
        "common": [(tag, language_name(tag)) for tag in COMMON],
        "back": _tab(letter, copy.default_locale),
        "languages": settings.LANGUAGES,
    }
    return render(request, "content/language_new.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.WRITE_CONTENT)
def language_delete(request: StaffRequest, letter_id: int, locale: str) -> HttpResponse:
    letter = finding.letter(letter_id)
    name = language_name(locale)
    if request.method == "POST":
        try:
            drafts.remove_language(letter, locale=locale)
        except UserError as error:
            toasts.bad(request, str(error))
        else:
            audit.record(request, "letter.language_removed", target=letter, detail={"language": locale})
            toasts.ok(
                request, _("%(language)s is taken out. Older versions still have it.") % {"language": name}
            )
        return responses.go(request, _tab(letter, ""))
    text = _("People who read %(language)s get the default language from the next version on.")
    context = {
        "letter": letter,
        "title": _("Take %(language)s out of this letter?") % {"language": name},
        "text": text % {"language": name},
        "button": _("Take out"),
        "back": _tab(letter, locale),
    }
    return render(request, "content/letter_deed.html", context)


@doors.staff(Permission.WRITE_CONTENT)
def language_default(request: StaffRequest, letter_id: int, locale: str) -> HttpResponse:
    letter = finding.letter(letter_id)
    name = language_name(locale)
    if request.method == "POST":
        try:
            drafts.make_default(letter, locale=locale)
        except UserError as error:
            toasts.bad(request, str(error))
        else:
            audit.record(request, "letter.default_language_changed", target=letter, detail={"to": locale})
            toasts.ok(request, _("%(language)s is the default language now.") % {"language": name})
        return responses.go(request, _tab(letter, locale))
    context = {
        "letter": letter,
        "title": _("Make %(language)s the default?") % {"language": name},
        "text": _("It is what people get who read none of this letter's languages."),
        "button": _("Make default"),
        "back": _tab(letter, locale),
    }
    return render(request, "content/letter_deed.html", context)


def _tab(letter: Letter, locale: str) -> str:
    page = reverse("content:letter_page", args=[letter.pk])
    return f"{page}?{urlencode({'locale': locale})}" if locale else page
