"""What this room and the post office know of a person's past, each kind as entries of the timeline.

Entries of one moment come by their keys, the greatest first, in every provider: pages rely on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.contracts import Entry, Named
from contacts.models import ConsentRecord, Contact, ContactTag, Import, ImportChange
from contacts.selectors import letters as posted
from mailhub.accounts.models import AuditEntry
from mailhub.delivery import reason_words
from mailhub.delivery.models import Dispatch, DispatchLink, Event, Suppression

# Letters of one person are few; imports of one house are hundreds.
MOST_LETTERS = 500
MOST_IMPORTS = 1_000
ACTS: dict[str, tuple[str, str, Promise]] = {
    "requested": ("mail-check", "", gettext_lazy("Asked to join “%(list)s”")),
    "granted": ("user-check", "ok", gettext_lazy("Subscribed to “%(list)s”")),
    "confirmed": ("user-check", "ok", gettext_lazy("Confirmed “%(list)s”")),
    "withdrawn": ("user-minus", "bad", gettext_lazy("Unsubscribed from “%(list)s”")),
    "restored": ("rotate-ccw", "ok", gettext_lazy("Took back leaving “%(list)s”")),
    "lapsed": ("hourglass", "", gettext_lazy("Never confirmed “%(list)s”")),
    "undone": ("undo-2", "", gettext_lazy("The import that subscribed to “%(list)s” was undone")),
}
EVENTS: dict[str, tuple[str, str, Promise]] = {
    "opened": ("mail-open", "", gettext_lazy("Opened “%(letter)s”")),
    "clicked": ("mouse-pointer-click", "ok", gettext_lazy("Clicked in “%(letter)s”")),
    "bounced": ("mail-x", "bad", gettext_lazy("“%(letter)s” came back")),
    "complained": ("flag", "bad", gettext_lazy("Complained about “%(letter)s”")),
    "unsubscribed": ("user-minus", "bad", gettext_lazy("Unsubscribed through “%(letter)s”")),
    "delivered": ("mail-check", "", gettext_lazy("“%(letter)s” was delivered")),
    "deferred": ("clock", "", gettext_lazy("“%(letter)s” was put off")),
}
OTHER_EVENT = ("mail", "", gettext_lazy("%(event)s: “%(letter)s”"))


def consent(contact: Contact, *, until: datetime, limit: int) -> Sequence[Entry]:
    rows = ConsentRecord.objects.filter(contact=contact, occurred_at__lte=until).order_by(
        "-occurred_at", "-pk"
    )
    return [_consent(row) for row in rows[:limit]]


def suppressions(contact: Contact, *, until: datetime, limit: int) -> Sequence[Entry]:
    rows = Suppression.objects.filter(address_hash=contact.address_hash, created_at__lte=until)
    return [
        Entry(
            row.created_at,
            "consent",
            "ban",
            _("Suppressed: %(reason)s") % {"reason": reason_words.of(row.reason)},
            f"suppression:{row.pk:012d}",
            detail=row.source,
            tone="bad",
        )
        for row in rows.order_by("-created_at", "-pk")[:limit]
        # Leaving a list is told by its record already.
        if not (row.reason == "unsubscribed" and row.scope_key.startswith("list:"))
    ]


def tags(contact: Contact, *, until: datetime, limit: int) -> Sequence[Entry]:
    marks = ContactTag.objects.filter(contact=contact, created_at__lte=until).select_related("tag")
    return [
        Entry(
            mark.created_at,
            "tags",
            "tag",
            _("Got the tag “%(tag)s”") % {"tag": mark.tag},
            f"tag:{mark.pk:012d}",
        )
        for mark in marks.order_by("-created_at", "-pk")[:limit]
    ]


def imports(contact: Contact, *, until: datetime, limit: int) -> Sequence[Entry]:
    # The unique key of changes begins with the run: naming the runs makes each a probe of it.
    runs = list(Import.objects.order_by("-pk").values_list("pk", flat=True)[:MOST_IMPORTS])
    rows = ImportChange.objects.filter(run_id__in=runs, contact_id=contact.pk).select_related("run")
    found = [(row.changed_at or row.run.started_at, row) for row in rows]
    return [
        Entry(
            at,
            "imports",
            "file-spreadsheet",
            (
                _("Came in with the file %(name)s")
                if row.kind == "created"
                else _("Changed by the file %(name)s")
            )
            % {"name": row.run.file_name},
            f"import:{row.pk:012d}",
            detail=_("undone since") if row.run.state == "undone" else "",
            url=reverse("contacts:import_page", args=[row.run_id]),
        )
        for at, row in sorted(found, key=lambda pair: (pair[0], pair[1].pk), reverse=True)
        if at <= until
    ][:limit]


def staff_acts(contact: Contact, *, until: datetime, limit: int) -> Sequence[Entry]:
    rows = AuditEntry.objects.filter(
        target_type="contacts.contact", target_id=str(contact.pk), at__lte=until
    ).order_by("-at", "-pk")
    return [
        Entry(row.at, "staff", "pencil", _act(row), f"audit:{row.pk:012d}", detail=row.actor)
        for row in rows[:limit]
    ]


def beginning(contact: Contact, *, until: datetime, limit: int) -> Sequence[Entry]:
    if contact.created_at > until:
        return []
    text = _("Became a contact")
    return [Entry(contact.created_at, "staff", "user-plus", text, "0:beginning", detail=contact.source)]


def letters(contact: Contact, *, until: datetime, limit: int) -> Sequence[Entry]:
    found = posted.page(contact, size=MOST_LETTERS).letters
    entries = [_letter(contact, letter) for letter in found if letter.message.settled_at is not None]
    return sorted(
        (entry for entry in entries if entry.at <= until), key=lambda one: (one.at, one.key), reverse=True
    )[:limit]


def events(contact: Contact, *, until: datetime, limit: int) -> Sequence[Entry]:
    rows = list(
        Event.objects.filter(address_hash=contact.address_hash, occurred_at__lte=until).order_by(
            "-occurred_at", "-pk"
        )[:limit]
    )
    dispatches = Dispatch.objects.filter(pk__in={row.dispatch_id for row in rows})
    names = posted.names_of(dispatches)
    links = {
        (link.dispatch_id, link.number): link.template
        for link in DispatchLink.objects.filter(
            dispatch_id__in={row.dispatch_id for row in rows if row.link_number is not None}
        )
    }
    return [_event(contact, row, names.get(row.dispatch_id), links) for row in rows]


def _consent(row: ConsentRecord) -> Entry:
    icon, tone, text = ACTS[row.action]
    name = row.list_name or f"#{row.list_id}"
    detail = " · ".join(part for part in (row.get_method_display(), row.source, row.actor) if part)
    return Entry(
        row.occurred_at,
        "consent",
        icon,
        text % {"list": name},
        f"consent:{row.pk:012d}",
        detail=detail,
        tone=tone,
    )


def _letter(contact: Contact, letter: posted.Letter) -> Entry:
    name = letter.name.label if letter.name else _("a letter")
    message, (kind, word) = letter.message, letter.state
    sent = message.state == "sent"
    return Entry(
        letter.at,
        "mail",
        "send" if sent else "mail-x",
        _("Was sent “%(letter)s”") % {"letter": name}
        if sent
        else _("“%(letter)s”: %(state)s") % {"letter": name, "state": word},
        f"message:{message.dispatch_id:012d}:{message.pk:012d}",
        detail="" if sent else str(letter.reason),
        url=reverse("contacts:contact_letter", args=[contact.pk, message.dispatch_id, message.pk]),
        tone="" if kind in ("ok", "info") else kind,
    )


def _event(contact: Contact, row: Event, name: Named | None, links: dict[tuple[int, int], str]) -> Entry:
    icon, tone, text = EVENTS.get(row.type, OTHER_EVENT)
    machine = row.grade == "machine"
    link = links.get((row.dispatch_id, row.link_number)) if row.link_number is not None else None
    url = (
        reverse("contacts:contact_letter", args=[contact.pk, row.dispatch_id, row.message_id])
        if row.message_id
        else ""
    )
    return Entry(
        row.occurred_at,
        "mail",
        icon,
        text % {"letter": name.label if name else _("a letter"), "event": row.type},
        f"event:{row.pk:012d}",
        detail="" if machine else link or str(row.detail.get("diagnostic", "")),
        url=url,
        tone="machine" if machine else tone,
        # A scanner follows every link of a letter: one line says enough.
        fold=f"{row.dispatch_id}:{row.message_id}:{row.type}:{'machine' if machine else row.link_number}",
    )


def _act(row: AuditEntry) -> str:
    """`contact.tag_added` as words, with the tag or list that it names."""
    words = row.act.partition(".")[2].replace("_", " ").capitalize() or row.act
    told = [str(value) for value in row.detail.values() if isinstance(value, str) and value]
    return f"{words}: {', '.join(told)}" if told else words
