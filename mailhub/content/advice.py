"""What is allowed in a letter and yet worth a second look: pictures, links, values that may be missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from mailhub.content.engine import pieces
from mailhub.content.engine.pieces import Piece
from mailhub.content.problems import Part, SourceError, place_of
from mailhub.content.variants import VariantSource

Topic = Literal["images", "links", "values", "subject", "preheader", "size"]

LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
IMAGE = re.compile(r"<(?:img|mj-image)\b[^>]*>", re.IGNORECASE)
ALT = re.compile(r"\salt\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
PICTURE_ADDRESS = re.compile(
    r"\b(?:src|background|background-url)\s*=\s*[\"']\s*(http://[^\"']*)[\"']", re.IGNORECASE
)
LINK = re.compile(r"\bhref\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
MARKDOWN_IMAGE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^\s)>]*)")
MARKDOWN_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(\s*<?([^\s)>]*)")
SOUND = re.compile(
    r"https?://(?:[^/?#\s@]+\.[^/?#\s.]+|localhost|\[[0-9a-f:]+\])(?::\d+)?(?:[/?#]\S*)?", re.I
)
ELSEWHERE = ("mailto:", "tel:", "sms:", "#", "\x01")
DANGEROUS = ("javascript:", "vbscript:", "file:", "data:text")
HIDDEN = "\x01"
NEVER_MISSING = frozenset({"contact.email"})

SHORT_SUBJECT, LONG_SUBJECT = 20, 60
LONG_PREHEADER = 110


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to look at; line and column count from 1, as a Problem's."""

    topic: Topic
    part: Part
    message: str
    line: int
    column: int


def find(variant: VariantSource) -> list[Advice]:
    """All advice on one language, by part and place. What does not parse is left to the problems."""
    found = [*_about_lengths(variant)]
    parts: list[tuple[Part, str]] = [
        ("subject", variant.subject),
        ("preheader", variant.preheader),
        ("body", variant.body),
    ]
    for part, source in parts:
        notes = list(_about_values(source))
        if part == "body":
            notes += _about_markup(_hide(source), markdown=variant.kind == "markdown")
        for topic, offset, message in sorted(notes, key=lambda note: note[1]):
            found.append(Advice(topic, part, message, *place_of(offset, source)))
    return found


Note = tuple[Topic, int, str]


def _about_lengths(variant: VariantSource) -> Iterator[Advice]:
    subject = len(LIQUID.sub("", variant.subject).strip())
    if subject > LONG_SUBJECT:
        message = _("The subject has %(count)d characters; most inboxes show about 60, phones about 40.")
        yield Advice("subject", "subject", message % {"count": subject}, 1, 1)
    if not variant.preheader.strip():
        message = _("Without a preheader, inboxes show the letter's first words behind the subject.")
        yield Advice("preheader", "preheader", message, 1, 1)
    elif len(variant.preheader) > LONG_PREHEADER:
        message = _("The preheader has %(count)d characters; inboxes show at most about 110.")
        yield Advice("preheader", "preheader", message % {"count": len(variant.preheader)}, 1, 1)


def _hide(source: str) -> str:
    """The source with Liquid and comments made unreadable; every other character keeps its place."""
    without = LIQUID.sub(lambda found: HIDDEN * len(found[0]), source)
    return COMMENT.sub(lambda found: " " * len(found[0]), without)


def _about_markup(source: str, *, markdown: bool) -> Iterator[Note]:
    for image in IMAGE.finditer(source):
        if not ALT.search(image[0]):
            message = _('This image has no alternative text; write alt="…", or alt="" if it only decorates.')
            yield "images", image.start(), message
    for address in PICTURE_ADDRESS.finditer(source):
        yield "images", address.start(1), _insecure()
    for link in LINK.finditer(source):
        yield from _about_link(link[1], link.start(1))
    if markdown:
        yield from _about_markdown(source)


def _about_markdown(source: str) -> Iterator[Note]:
    for image in MARKDOWN_IMAGE.finditer(source):
        if not image[1].strip():
            yield "images", image.start(), _("This image has no alternative text; write it between [ and ].")
        if image[2].lower().startswith("http://"):
            yield "images", image.start(2), _insecure()
    for link in MARKDOWN_LINK.finditer(source):
        yield from _about_link(link[1], link.start(1))


def _insecure() -> str:
    return _("This image comes over http://; mail programs warn of it or leave it out. Use https://.")


def _about_link(address: str, offset: int) -> Iterator[Note]:
    address = address.strip().replace("&amp;", "&")
    if address in ("", "#"):
        yield "links", offset, _("This link leads nowhere; give it an address.")
    elif address.lower().startswith(DANGEROUS):
        yield "links", offset, _("Mail programs do not follow such an address; use https://.")
    elif not address.startswith(ELSEWHERE) and not SOUND.fullmatch(address):
        message = _("“%(address)s” is no complete address; it must look like https://www.example.org/page.")
        yield "links", offset, message % {"address": address.replace(HIDDEN, "…")[:60]}


def _about_values(source: str) -> Iterator[Note]:
    """Values of a person that are written without a word for those who lack it."""
    try:
        tree = pieces.nest(pieces.split(source))
    except SourceError:
        return
    for piece in pieces.outside_blocks(tree):
        name = _bare_value(piece)
        if name:
            message = _("Who has no “%(name)s” reads nothing here; add a word for them: %(example)s")
            example = f'{{{{ {name} | default: "…" }}}}'
            yield "values", piece.start, message % {"name": name, "example": example}


def _bare_value(piece: Piece) -> str:
    """The contact's field that an output writes without a default, "" for anything else."""
    name, *filters = [part.strip() for part in piece.expression.split("|")]
    is_contact = piece.kind == "output" and name.startswith("contact.") and name not in NEVER_MISSING
    has_default = any(each.startswith("default") for each in filters)
    return name if is_contact and not has_default else ""
