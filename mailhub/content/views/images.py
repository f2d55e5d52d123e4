"""The image library: upload, words, where it is used, and the picker of the editor."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.content import pictures
from mailhub.content.forms import ImageForm, UploadForm
from mailhub.content.models import Image
from mailhub.content.selectors import images as library
from mailhub.content.services import images
from mailhub.content.variants import KINDS
from mailhub.content.views import editing, finding
from mailhub.lib.errors import UserError
from mailhub.web import inline, keyset, responses, toasts

PAGE, PICKER = 48, 24
# What a letter is wide: a larger picture is shown at this width.
LETTER_WIDTH = 600
# So many are read and made smaller while somebody waits.
AT_ONCE = 20


@doors.staff(Permission.LOOK)
def image_list(request: StaffRequest) -> HttpResponse:
    text = editing.typed(request.GET.get("q", "")).strip()[:200]
    context = {"page": _page_of(request, text, size=PAGE), "text": text, "form": UploadForm()}
    return render(request, "content/image_list.html", context)


@doors.staff(Permission.WRITE_CONTENT)
def image_new(request: StaffRequest) -> HttpResponse:
    """Takes one or several files; each that will not do is named with its reason."""
    if request.method != "POST":
        return render(request, "content/image_new.html", {"form": UploadForm()})
    form = UploadForm(request.POST, request.FILES)
    files = request.FILES.getlist("file")
    kept = []
    for file in files[:AT_ONCE]:
        try:
            kept.append(_add(request, file))
        except UserError as error:
            form.add_error(
                "file",
                _("%(file)s: %(problem)s") % {"file": file.name, "problem": error}
                if len(files) > 1
                else str(error),
            )
    if len(files) > AT_ONCE:
        text = _(
            "These are %(count)s files; at most %(most)s are taken at once. Upload the others after these."
        )
        form.add_error("file", text % {"count": len(files), "most": AT_ONCE})
    if form.is_valid() and kept:
        return _uploaded(request, kept)
    if kept:
        toasts.ok(request, _("The other images were kept."))
    return render(request, "content/image_new.html", {"form": form}, status=422)


def _add(request: StaffRequest, file: UploadedFile[Any]) -> images.Kept:
    """The file is in the library; raises NoPicture."""
    if (file.size or 0) > pictures.MAX_BYTES:
        raise pictures.NoPicture(_("This file is larger than 5 MB. Make it smaller and upload it again."))
    alt = editing.typed(request.POST.get("alt", ""))
    kept = images.add(file.read(), name=file.name or "", alt=alt, author=finding.author(request).name)
    audit.record(request, "image.uploaded", target=kept.image)
    return kept


def _uploaded(request: StaffRequest, kept: list[images.Kept]) -> HttpResponse:
    one = kept[0]
    if not one.is_new:
        toasts.warn(request, _("This image was in the library already: here it is."))
    else:
        toasts.ok(request, _("“%(name)s” is in the library.") % {"name": one.image})
    url = (
        reverse("content:image_page", args=[one.image.pk])
        if len(kept) == 1
        else reverse("content:image_list")
    )
    return responses.go(request, responses.next_of(request, default=url))


@doors.staff(Permission.LOOK, post=Permission.WRITE_CONTENT)
def image_page(request: StaffRequest, image_id: int) -> HttpResponse:
    image = get_object_or_404(Image, pk=image_id)
    form = ImageForm(request.POST or None, instance=image)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            images.describe(image, **form.cleaned_data)
            audit.record(request, "image.described", target=image)
            toasts.ok(request, _("Saved."))
            return responses.go(request, reverse("content:image_page", args=[image.pk]))
    context = {
        "image": image,
        "form": form,
        "uses": library.used_in(image),
        "absolute": settings.PUBLIC_URL.rstrip("/") + image.url,
        "snippets": [
            (kind.upper() if kind != "markdown" else "Markdown", snippet(image, kind)) for kind in KINDS
        ],
    }
    return render(request, "content/image_page.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.WRITE_CONTENT)
def image_delete(request: StaffRequest, image_id: int) -> HttpResponse:
    image = get_object_or_404(Image, pk=image_id)
    if request.method == "POST":
        name = image.name
        images.delete(image)
        audit.record(request, "image.deleted", label=name)
        toasts.ok(request, _("“%(name)s” is deleted.") % {"name": name})
        return responses.go(request, reverse("content:image_list"))
    context = {"image": image, "uses": library.used_in(image)}
    return render(request, "content/image_delete.html", context)


@doors.staff(Permission.WRITE_CONTENT)
def image_picker(request: StaffRequest) -> HttpResponse:
    """Images to put into the letter that is being written, as its kind writes them."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else "html"
    text = editing.typed(request.GET.get("q", "")).strip()[:200]
    page = _page_of(request, text, size=PICKER)
    context: dict[str, Any] = {
        "choices": [(image, snippet(image, kind)) for image in page.rows],
        "kind": kind,
        "text": text,
        "form": UploadForm(),
        "next": responses.next_of(request, default=reverse("content:image_list")),
    }
    template = (
        "content/_image_choices.html"
        if request.htmx.target == "image-choices"
        else "content/image_picker.html"
    )
    return render(request, template, context)


def snippet(image: Image, kind: str) -> str:
    """What shows the image in a letter of that kind, no wider than a letter is."""
    width = min(image.width, LETTER_WIDTH)
    if kind == "markdown":
        words = image.alt.replace("[", "").replace("]", "")
        return f"![{words}]({image.source})"
    facts = f'src="{image.source}" alt="{escape(image.alt)}"'
    if kind == "mjml":
        return f'<mj-image {facts} width="{width}px" />'
    return f'<img {facts} width="{width}" style="max-width:100%;height:auto">'


def _page_of(request: StaffRequest, text: str, *, size: int) -> keyset.Page[Image]:
    rows = library.listed(text)
    try:
        return keyset.page(
            rows, order=("-created_at", "-id"), cursor=request.GET.get("cursor", ""), size=size
        )
    except keyset.BadCursor:
        return keyset.page(rows, order=("-created_at", "-id"), size=size)
