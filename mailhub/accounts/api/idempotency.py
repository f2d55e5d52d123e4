"""Does a write once: the same Idempotency-Key with the same request gets the same answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from mailhub.accounts.models import ApiKey, KeptAnswer
from mailhub.accounts.services import kept_answers
from mailhub.lib import clock
from mailhub.web import problems
from mailhub.web.api import faults
from mailhub.web.api.faults import Fault
from mailhub.web.problems import Problem

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 255

faults.register(kept_answers.KeyReused, problems.KEY_REUSED)
faults.register(kept_answers.InProgress, problems.IN_PROGRESS)
faults.register(kept_answers.LeaseLost, problems.IN_PROGRESS)


def once(request: Request, work: Callable[[], Response]) -> Response:
    """What `work` answers, done in one transaction; with an Idempotency-Key, done once in 24 hours.

    A refusal leaves nothing behind and frees the key.
    """
    key = _key_of(request)
    if not key:
        with transaction.atomic():
            return work()
    owner = cast(ApiKey, request.auth)
    row = kept_answers.begin(owner, key, fingerprint=_fingerprint(request), now=clock.now())
    if row.status is not None:
        leave_unrecorded(request)
        return _replayed(row)
    try:
        with transaction.atomic():
            response = work()
            _keep(row, response)
    except BaseException:
        kept_answers.release(row)
        raise
    return response


def leave_unrecorded(request: Request) -> None:
    """Keep the middleware from recording a request by which nothing was written."""
    request._request.audited = True  # type: ignore[attr-defined]


def _key_of(request: Request) -> str:
    key = request.headers.get(HEADER)
    if key is None:
        return ""
    # A server may hand over an empty text for one that it cannot read: that is no key left out.
    if not 0 < len(key) <= LONGEST or not (key.isascii() and key.isprintable()):
        told = f"{HEADER} is 1 to {LONGEST} printable ASCII characters, such as a UUID."
        raise Fault(Problem(problems.MALFORMED, told))
    return key


def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method}\n{request.get_full_path()}\n".encode())
    data: Any = request.data
    fields = {name: data.getlist(name) for name in data} if hasattr(data, "getlist") else data
    told = {name: _digest(value) for name, value in request.FILES.items()} if request.FILES else {}
    plain = {n: v for n, v in fields.items() if n not in told} if told else fields
    digest.update(json.dumps([plain, told], sort_keys=True, default=str).encode(errors="surrogatepass"))
    return digest.hexdigest()


def _digest(file: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return f"{file.name}:{digest.hexdigest()}"


def _keep(row: KeptAnswer, response: Response) -> None:
    body = JSONRenderer().render(response.data).decode() if response.data is not None else ""
    headers = {name: response.headers[name] for name in ("Location",) if name in response.headers}
    kept_answers.keep(row, status=response.status_code, body=body, headers=headers)


def _replayed(row: KeptAnswer) -> Response:
    data = json.loads(row.body) if row.body else None
    return Response(data, status=row.status, headers={**row.headers, REPLAYED: "true"})
