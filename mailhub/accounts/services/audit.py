"""Writes down every act of staff and of API keys."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest

from mailhub.accounts.models import AuditEntry, User

MAX_LABEL = 300


def record(
    request: HttpRequest | None,
    act: str,
    *,
    target: models.Model | None = None,
    label: str = "",
    actor: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Keep that `act` (`<thing>.<past verb>`) was done to `target` by whoever made the request.

    Without a request, `actor` names who did it: a command, MailHub itself. `detail` is small JSON
    without personal data. The request remembers that it was recorded (`AuditEveryWrite`).
    """
    entry = AuditEntry.objects.create(
        user=_user_of(request),
        actor=(actor or actor_of(request))[:200],
        act=act,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None and target.pk is not None else "",
        target_label=(label or (str(target) if target is not None else ""))[:MAX_LABEL],
        detail=detail or {},
        ip=(request.META.get("REMOTE_ADDR") or None) if request is not None else None,
    )
    if request is not None:
        _inner(request).audited = True  # type: ignore[attr-defined]
    return entry


def is_recorded(request: HttpRequest) -> bool:
    return bool(getattr(_inner(request), "audited", False))


def actor_of(request: HttpRequest | None) -> str:
    """The name by which the maker of a request goes in the log."""
    if request is None:
        return "MailHub"
    key = getattr(request, "auth", None)
    if key is not None:
        return f"API key {key}"
    user = _user_of(request)
    return user.get_username() if user is not None else "nobody"


def _user_of(request: HttpRequest | None) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) and user.pk is not None else None


def _inner(request: HttpRequest) -> HttpRequest:
    # REST framework wraps Django's request; the middleware sees the inner one.
    return getattr(request, "_request", request)
