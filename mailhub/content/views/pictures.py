"""Serves the files of the image library to everybody: mail programs have no session."""

from __future__ import annotations

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from mailhub.content.models.images import FOLDER
from mailhub.content.pictures import TYPES

NAME = re.compile(r"[0-9a-f]{32}\.(" + "|".join(ending for ending, _type in TYPES.values()) + ")")
CONTENT_TYPES = dict(TYPES.values())
# A year; the name is made from the bytes, so that what is kept anywhere is never out of date.
FOREVER = "public, max-age=31536000, immutable"


@require_safe
def image_file(request: HttpRequest, file_name: str) -> HttpResponseBase:
    """The picture, kept for good by whoever fetches it; 404 for anything that is not one of ours."""
    match = NAME.fullmatch(file_name)
    path = f"{FOLDER}/{file_name}"
    if match is None or not default_storage.exists(path):
        raise Http404("There is no such image.")
    response = FileResponse(default_storage.open(path), content_type=CONTENT_TYPES[match[1]])
    response.headers["Cache-Control"] = FOREVER
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    # Webmail shows letters on pages of other hosts.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
