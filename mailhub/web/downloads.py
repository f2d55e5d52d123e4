"""Files that the browser saves instead of showing, and that nobody between keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, TypeVar

from django.core.files import File
from django.http import FileResponse, HttpResponseBase, JsonResponse
from django.utils.text import get_valid_filename

CSV = "text/csv; charset=utf-8"
Answer = TypeVar("Answer", bound=HttpResponseBase)


def offer(answer: Answer, *, name: str) -> Answer:
    """The same answer, to be saved under `name`."""
    answer.headers["Content-Disposition"] = f'attachment; filename="{get_valid_filename(name)}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def offer_csv(file: IO[bytes] | File[bytes], *, name: str) -> FileResponse:
    """A CSV file of the storage; closed when it is sent."""
    return offer(FileResponse(file, content_type=CSV), name=name)


def offer_json(data: Mapping[str, Any], *, name: str) -> JsonResponse:
    """JSON that people can read: indented, letters of any script as they are."""
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    return offer(answer, name=name)
