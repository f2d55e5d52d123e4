"""Takes a person out of what staff and API keys left behind: audit log, admin's history, kept answers."""

from __future__ import annotations

import json
from collections.abc import Collection

from django.contrib.admin.models import LogEntry
from django.db.models import Q

from mailhub.accounts.models import AuditEntry, KeptAnswer

ERASED = "[erased]"


def forget(target_type: str, target_id: int, *, words: Collection[str]) -> None:
    """The acts stay, without a name: those on the target, and every text that holds one of the `words`."""
    target = Q(target_type=target_type, target_id=str(target_id))
    AuditEntry.objects.filter(target).update(target_label=ERASED, detail={})
    app_label, model = target_type.split(".")
    history = Q(content_type__app_label=app_label, content_type__model=model, object_id=str(target_id))
    LogEntry.objects.filter(history).update(object_repr=ERASED, change_message="")
    for word in words:
        _forget_word(word)


def _forget_word(word: str) -> None:
    AuditEntry.objects.filter(target_label__icontains=word).update(target_label=ERASED)
    AuditEntry.objects.filter(detail__icontains=word).update(detail={})
    LogEntry.objects.filter(object_repr__icontains=word).update(object_repr=ERASED)
    LogEntry.objects.filter(change_message__icontains=word).update(change_message="")
    # A repeated request is then done anew, which finds nobody.
    escaped = json.dumps(word)[1:-1]
    KeptAnswer.objects.filter(Q(body__icontains=word) | Q(body__icontains=escaped)).delete()
