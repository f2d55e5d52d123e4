"""Letters to begin with, one file each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import get_args

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailhub.content.variants import Kind, VariantSource
from mailhub.lib.errors import UserError


class UnknownStarter(UserError):
    """There is no such starter."""


@dataclass(frozen=True, slots=True)
class Starter:
    """A shipped template. `name` is that of its file; `title` and `use` are for people."""

    name: str
    kind: Kind
    title: str | Promise
    use: str | Promise
    subject: str
    preheader: str

    def source(self, *, locale: str = "en") -> VariantSource:
        return VariantSource(self.kind, locale, self.subject, load(self.name), self.preheader)


STARTERS: Sequence[Starter] = (
    Starter(
        "newsletter",
        "mjml",
        _("Newsletter"),
        _("News of the month: a headline, two stories side by side, one next step."),
        "What is new this month",
        "One strong headline, two stories, and where to go next.",
    ),
    Starter(
        "promotion",
        "mjml",
        _("Promotion"),
        _("An offer with its code, three products, and until when it holds."),
        '{{ contact.first_name | default: "Hello" }}, 20% off until Sunday',
        "Your code is inside; it works on everything in the shop.",
    ),
    Starter(
        "announcement",
        "mjml",
        _("Announcement"),
        _("One piece of news: what it is, what it means for the reader, and when."),
        "Something new is here",
        "What changes, when it happens, and what you need to do.",
    ),
    Starter(
        "plain",
        "markdown",
        _("Plain letter"),
        _("A few paragraphs from one person to another, as one would write them by hand."),
        'A short note for you, {{ contact.first_name | default: "friend" }}',
        "It takes a minute to read.",
    ),
)
BLANKS: dict[Kind, str] = {
    "mjml": (
        "<mjml>\n  <mj-body>\n    <mj-section>\n      <mj-column>\n        <mj-text>\n"
        '          Hello {{ contact.first_name | default: "there" }},\n        </mj-text>\n'
        "      </mj-column>\n    </mj-section>\n  </mj-body>\n</mjml>\n"
    ),
    "html": (
        "<!DOCTYPE html>\n<html>\n<head>\n<title>{{ subject }}</title>\n</head>\n<body>\n"
        '<p>Hello {{ contact.first_name | default: "there" }},</p>\n</body>\n</html>\n'
    ),
    "markdown": 'Hello {{ contact.first_name | default: "there" }},\n',
}


def find(name: str) -> Starter:
    """The starter of that name. Raises UnknownStarter."""
    for starter in STARTERS:
        if starter.name == name:
            return starter
    names = ", ".join(sorted(starter.name for starter in STARTERS))
    raise UnknownStarter(
        gettext("There is no starter %(name)s; there are: %(names)s.") % {"name": repr(name), "names": names}
    )


def load(name: str) -> str:
    """The source of a starter, such as "newsletter". Raises UnknownStarter."""
    starter = find(name)
    return (resources.files(__package__) / f"{name}.{_ENDINGS[starter.kind]}").read_text(encoding="utf-8")


def blank(kind: Kind, *, locale: str) -> VariantSource:
    """An almost empty letter that is sound."""
    return VariantSource(kind, locale, "Your subject", BLANKS[kind])


_ENDINGS: dict[str, str] = dict(zip(get_args(Kind), ("html", "mjml", "md"), strict=True))
