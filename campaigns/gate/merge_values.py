"""Nobody reads a gap where a value of theirs is empty (rules 3.4)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.gate import merging
from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place
from campaigns.selectors import reach, remembered
from contacts.models import CustomField
from mailhub.web.templatetags import ui


def look(facts: Facts) -> Iterator[Finding]:
    stand_ins = _stand_ins(facts)
    if not stand_ins or not facts.funnel.will_get:
        return
    counts = _empty(facts, set(stand_ins))
    labels = _labels()
    for field in sorted(counts, key=lambda name: -counts[name]):
        label = labels.get(field, field.replace("_", " ").capitalize())
        yield _finding(field, label, counts[field], stand_ins[field])
    if not counts:
        sentence = _("Everybody has a value wherever the letter shows one of theirs.")
        yield Finding("merge_values", Level.PASS, sentence, Place.EDITOR)


def _finding(field: str, label: str, count: int, stand_in: str | None) -> Finding:
    numbers = {"label": label, "count": ui.count(count), "default": stand_in, "field": field}
    if stand_in is None:
        sentence = ngettext(
            "%(label)s is empty for %(count)s person, who would read a gap. "
            'Write {{ contact.%(field)s | default: "…" }}, or leave that person out.',
            "%(label)s is empty for %(count)s people, who would read a gap. "
            'Write {{ contact.%(field)s | default: "…" }}, or leave them out.',
            count,
        )
        return Finding("merge_values", Level.BLOCK, sentence % numbers, Place.EDITOR, count)
    sentence = ngettext(
        "%(label)s is empty for %(count)s person: they read “%(default)s” instead.",
        "%(label)s is empty for %(count)s people: they read “%(default)s” instead.",
        count,
    )
    return Finding("merge_values", Level.PASS, sentence % numbers, Place.EDITOR, count)


def _stand_ins(facts: Facts) -> dict[str, str | None]:
    """Each field that the letter shows → what stands in for it; None when some place has nothing."""
    found: dict[str, str | None] = {}
    for language in facts.languages:
        for use in merging.uses(language.program) if language.program else ():
            found[use.field] = None if found.get(use.field, "") is None else use.default
    return found


def _empty(facts: Facts, fields: set[str]) -> dict[str, int]:
    about = ("empty", facts.campaign.pk, sorted(fields), facts.funnel)
    asked = reach.question(facts.campaign, now=facts.at or facts.now)
    return remembered.remember(about, lambda: reach.count_empty(asked, fields), outdated=facts.outdated)


def _labels() -> dict[str, str]:
    builtin = {
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "name": _("Name"),
        "phone": _("Phone"),
        "city": _("City"),
        "country": _("Country"),
        "locale": _("Language"),
        "time_zone": _("Time zone"),
    }
    return builtin | dict(CustomField.objects.values_list("key", "label"))
