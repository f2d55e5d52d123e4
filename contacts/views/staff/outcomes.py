"""What came of a bulk act, in sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy, ngettext_lazy

from contacts.models import BulkJob
from mailhub.web.templatetags.ui import count as grouped

# Outcome → (sentence for one and many, whether somebody was left out).
SENTENCES = {
    "added": (ngettext_lazy("%(count)s was added.", "%(count)s were added.", "number"), False),
    "extended": (
        ngettext_lazy("%(count)s now has longer consent.", "%(count)s now have longer consent.", "number"),
        False,
    ),
    "already": (
        ngettext_lazy("%(count)s was on the list already.", "%(count)s were on the list already.", "number"),
        False,
    ),
    "unsubscribed": (
        ngettext_lazy(
            "%(count)s was left out: unsubscribed before.",
            "%(count)s were left out: unsubscribed before.",
            "number",
        ),
        True,
    ),
    "suppressed": (
        ngettext_lazy(
            "%(count)s was left out: suppressed.", "%(count)s were left out: suppressed.", "number"
        ),
        True,
    ),
    "removed": (ngettext_lazy("%(count)s was removed.", "%(count)s were removed.", "number"), False),
    "not_on": (
        ngettext_lazy("%(count)s was not on the list.", "%(count)s were not on the list.", "number"),
        False,
    ),
    "tagged": (ngettext_lazy("%(count)s was tagged.", "%(count)s were tagged.", "number"), False),
    "tagged_already": (
        ngettext_lazy("%(count)s had the tag already.", "%(count)s had the tag already.", "number"),
        False,
    ),
    "untagged": (
        ngettext_lazy("The tag was taken off %(count)s.", "The tag was taken off %(count)s.", "number"),
        False,
    ),
    "not_tagged": (
        ngettext_lazy("%(count)s did not have it.", "%(count)s did not have it.", "number"),
        False,
    ),
    "deleted": (ngettext_lazy("%(count)s was deleted.", "%(count)s were deleted.", "number"), False),
}
NOTHING = gettext_lazy("Nobody was there to do it to.")
ADDRESS = re.compile(r"[^\s“”,]*@[^\s“”,]*")


def sentences(job: BulkJob) -> list[tuple[str, bool]]:
    """(sentence, whether somebody was left out) for each outcome that there was."""
    found = [_sentence(key, job.counts[key]) for key in SENTENCES if job.counts.get(key)]
    return found or ([(str(NOTHING), False)] if job.finished_at and not job.file and not job.problem else [])


def left_out(counts: Mapping[str, int]) -> bool:
    return any(SENTENCES[key][1] for key, number in counts.items() if number and key in SENTENCES)


def without_addresses(words: str) -> str:
    """For the audit log, which keeps none."""
    return ADDRESS.sub("…", words)[:500]


def _sentence(key: str, number: int) -> tuple[str, bool]:
    text, is_left = SENTENCES[key]
    return str(text % {"count": grouped(number), "number": number}), is_left
