"""The letter as its reader would see it, in a frame of its own that can do nothing but show."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.content import preview, previewing, starters
from mailhub.content.selectors import drafts as working
from mailhub.content.services import letters
from mailhub.content.variants import VariantSource
from mailhub.content.views import editing, finding
from mailhub.content.views.editing import Viewing
from mailhub.lib.errors import UserError

# No script, no form, no frame, nothing fetched but what a mail program fetches: the pictures.
FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data: https: {public}; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'; form-action 'none'; base-uri 'none'; sandbox allow-same-origin"
)


@doors.staff(Permission.LOOK)
@xframe_options_sameorigin
def letter_frame(request: StaffRequest, letter_id: int) -> HttpResponse:
    """The working copy, or the version of the number `version`, as the person of `reader` would get it."""
    letter = finding.letter(letter_id)
    locale, number = request.GET.get("locale", ""), request.GET.get("version", "")
    if number:
        version = finding.version(letter, number)
        source = letters.source_of(letters.choose_variant(version, locale=locale))
    else:
        source = working.working_copy(letter).or_default(locale).source
    return _frame(request, source, Viewing.of(request, locale=source.locale))


@doors.staff(Permission.LOOK)
@xframe_options_sameorigin
def template_frame(request: StaffRequest, name: str) -> HttpResponse:
    """A shipped template, as the gallery shows it."""
    try:
        source = starters.find(name).source()
    except UserError as error:
        raise Http404(str(error)) from error
    return _frame(request, source, Viewing.of(request, locale=source.locale))


@doors.staff(Permission.LOOK)
def reader_list(request: StaffRequest, letter_id: int) -> HttpResponse:
    """People to preview as: the samples, and who is found by the text."""
    letter = finding.letter(letter_id)
    viewing = Viewing.of(request, locale=request.GET.get("locale", "")[:35])
    found = previewing.find(editing.typed(request.GET.get("person", ""))[:200], user=request.user)
    samples = [previewing.reader(key, user=request.user) for key in (previewing.SAMPLE, previewing.NAMELESS)]
    context = {
        "letter": letter,
        "readers": _choices([*found, *samples], viewing),
        "searched": bool(request.GET.get("person", "").strip()),
        "found": bool(found),
    }
    return render(request, "content/_readers.html", context)


def _choices(readers: Iterable[previewing.Reader], viewing: Viewing) -> list[dict[str, object]]:
    return [
        {
            "name": editing.reader_name(each),
            "detail": each.detail,
            "query": viewing.query(reader=each.key),
            "is_current": each.key == viewing.reader,
        }
        for each in readers
    ]


def _frame(request: StaffRequest, source: VariantSource, viewing: Viewing) -> HttpResponse:
    data = previewing.values(viewing.reader, user=request.user, brand_id=viewing.brand)
    brand = data.get("brand") or {}
    try:
        rendered = preview.render(
            source, schema=previewing.schema(), data=data, brand_url=str(brand.get("url") or "")
        )
    except UserError as error:
        return _sealed(render(request, "content/frame_problem.html", {"problems": str(error).splitlines()}))
    if viewing.form == "text":
        return _sealed(render(request, "content/frame_text.html", {"text": rendered.text}))
    html = preview.as_seen(rendered.html, "dark" if viewing.look == "dark" else "light")
    return _sealed(HttpResponse(html))


def _sealed(response: HttpResponse) -> HttpResponse:
    """With the frame's own policy: it may show and nothing else."""
    response.headers["Content-Security-Policy"] = FRAME_POLICY.format(public=settings.PUBLIC_URL)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
