"""Renames, copies, archives and deletes letters."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.content import previewing, usage
from mailhub.content.forms import LetterForm, NameForm
from mailhub.content.models import Letter
from mailhub.content.services import catalogue
from mailhub.content.views import finding
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from mailhub.web import inline, responses, toasts


@doors.staff(Permission.WRITE_CONTENT)
def letter_edit(request: StaffRequest, letter_id: int) -> HttpResponse:
    """Name, description, whether it is a template."""
    letter = finding.letter(letter_id)
    form = LetterForm(request.POST or None, instance=letter)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            catalogue.describe(letter, **form.cleaned_data)
            audit.record(request, "letter.renamed", target=letter)
            toasts.ok(request, _("Saved."))
            return responses.go(request, _page(letter))
    return _dialog(request, letter, form, title=_("Name and purpose"), button=_("Save"))


@doors.staff(Permission.WRITE_CONTENT)
def letter_duplicate(request: StaffRequest, letter_id: int) -> HttpResponse:
    letter = finding.letter(letter_id)
    suggestion = _("Copy of %(name)s") % {"name": letter.name}
    form = NameForm(request.POST or None, initial={"name": suggestion[:200]})
    if request.method == "POST" and form.is_valid():
        try:
            version = catalogue.duplicate(
                letter,
                name=form.cleaned_data["name"],
                schema=previewing.schema(),
                author=finding.author(request),
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            audit.record(request, "letter.duplicated", target=version.letter, detail={"of": letter.pk})
            toasts.ok(request, _("This is the copy; “%(name)s” stays as it is.") % {"name": letter.name})
            return responses.go(request, _page(version.letter))
    title = _("Duplicate “%(name)s”") % {"name": letter.name}
    return _dialog(request, letter, form, title=title, button=_("Duplicate"))


@doors.staff(Permission.WRITE_CONTENT)
def letter_archive(request: StaffRequest, letter_id: int) -> HttpResponse:
    letter = finding.letter(letter_id)
    if request.method == "POST":
        catalogue.archive(letter, now=clock.now())
        audit.record(request, "letter.archived", target=letter)
        undo = reverse("content:letter_unarchive", args=[letter.pk])
        toasts.ok(request, _("“%(name)s” is in the archive.") % {"name": letter.name}, undo=undo)
        return responses.go(request, reverse("content:letter_list"))
    text = _(
        "It is no longer offered for new campaigns. Campaigns that use it go on, and you can bring it back."
    )
    title = _("Archive “%(name)s”?") % {"name": letter.name}
    return _dialog(request, letter, None, title=title, text=text, button=_("Archive"))


@doors.staff(Permission.WRITE_CONTENT)
def letter_unarchive(request: StaffRequest, letter_id: int) -> HttpResponse:
    letter = finding.letter(letter_id)
    if request.method == "POST":
        catalogue.unarchive(letter)
        audit.record(request, "letter.unarchived", target=letter)
        toasts.ok(request, _("“%(name)s” is back among the letters.") % {"name": letter.name})
        return responses.go(request, _page(letter))
    title = _("Bring “%(name)s” back?") % {"name": letter.name}
    return _dialog(request, letter, None, title=title, button=_("Bring back"))


@doors.staff(Permission.WRITE_CONTENT)
def letter_delete(request: StaffRequest, letter_id: int) -> HttpResponse:
    """Says what goes with it; what is still used is not offered for deletion."""
    letter = finding.letter(letter_id)
    uses = usage.of([letter.pk])[letter.pk]
    if request.method == "POST":
        name, number = letter.name, letter.pk
        try:
            catalogue.delete(letter)
        except UserError as error:
            toasts.bad(request, str(error))
            return responses.go(request, reverse("content:letter_page", args=[number]))
        audit.record(request, "letter.deleted", label=name)
        toasts.ok(request, _("“%(name)s” is deleted.") % {"name": name})
        return responses.go(request, reverse("content:letter_list"))
    context = {
        "letter": letter,
        "uses": uses,
        "version_count": letter.versions.count(),
        "back": _page(letter),
    }
    return render(request, "content/letter_delete.html", context)


def _page(letter: Letter) -> str:
    return reverse("content:letter_page", args=[letter.pk])


def _dialog(
    request: StaffRequest,
    letter: Letter,
    form: LetterForm | NameForm | None,
    *,
    title: str,
    button: str,
    text: str = "",
) -> HttpResponse:
    context = {"letter": letter, "form": form, "title": title, "button": button, "text": text}
    status = 422 if form is not None and form.errors else 200
    return render(request, "content/letter_deed.html", context | {"back": _page(letter)}, status=status)
