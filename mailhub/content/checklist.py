"""Says of a letter in work what is fine, what to look at, and what must be put right before it can leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailhub.content import advice, check, preview, previewing
from mailhub.content.advice import Advice
from mailhub.content.engine import Rendered, footer
from mailhub.content.problems import Part, Problem
from mailhub.content.schema import Schema
from mailhub.content.variants import VariantSource
from mailhub.lib.errors import UserError

State = Literal["ok", "info", "warn", "bad"]
# Gmail cuts a letter there and hides the rest behind a link, the unsubscribe link with it.
CLIPPED_AT = 102 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list of problems: where, how bad, and what to do."""

    severity: Literal["error", "warning"]
    part: Part
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Line:
    state: State
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that is known of one language: findings by place, the checklist, and what it became."""

    findings: tuple[Finding, ...]
    lines: tuple[Line, ...]
    rendered: Rendered | None

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors

    @property
    def html_size(self) -> int:
        return len(self.rendered.html.encode()) if self.rendered else 0


def report(source: VariantSource, *, schema: Schema, brand_id: int = 0) -> Report:
    """The report on a letter in work, as the brand sends it (0: the default one); reads no person's data."""
    problems = check.check(source, schema)
    wrong = {(problem.part, problem.line) for problem in problems}
    # What is said of a line that must be put right anyway would only be noise.
    notes = [note for note in advice.find(source) if (note.part, note.line) not in wrong]
    rendered = None
    data = previewing.values(previewing.SAMPLE, user=None, brand_id=brand_id)
    if not problems:
        try:
            rendered = preview.render(source, schema=schema, data=data)
        except UserError as error:
            problems = [Problem("body", str(error), 1, 1)]
    lines = [_soundness(problems)]
    if rendered:
        size = _on_size(rendered)
        lines += [*_on_footer(rendered, data=data), _on_text(source), size]
        if size.state == "warn":
            notes = [*notes, Advice("size", "body", size.text, 1, 1)]
    lines += _on_advice(notes)
    return Report(tuple(_findings(problems, notes)), tuple(lines), rendered)


def _findings(problems: Iterable[Problem], notes: Iterable[Advice]) -> list[Finding]:
    found = [Finding("error", each.part, each.line, each.column, each.message) for each in problems]
    found += [Finding("warning", each.part, each.line, each.column, each.message) for each in notes]
    order: list[Part] = ["subject", "preheader", "body", "text"]
    return sorted(found, key=lambda each: (order.index(each.part), each.line, each.column))


def _soundness(problems: Sequence[Problem]) -> Line:
    if not problems:
        return Line("ok", _("The letter is sound: every merge field, tag, filter and element is known."))
    text = ngettext(
        "%(count)d problem must be put right before this can be saved as a version.",
        "%(count)d problems must be put right before this can be saved as a version.",
        len(problems),
    )
    return Line("bad", text % {"count": len(problems)})


def _on_footer(rendered: Rendered, *, data: Mapping[str, Any]) -> list[Line]:
    """What the law wants in every marketing letter, and who put it there."""
    added = rendered.html.partition(footer.STYLE)[2].partition(">")[2]
    unsubscribe = (
        _("An unsubscribe link is added below the letter.")
        if "<a " in added
        else _("The letter has an unsubscribe link.")
    )
    if not data.get("postal_address"):
        # A letter belongs to no brand: a campaign whose brand lacks one is held, not the letter.
        text = _("“%(brand)s” has no postal address yet; its campaigns need one (Settings → Brand).")
        postal = Line("info", text % {"brand": (data.get("brand") or {}).get("name", "")})
    elif added and not added.lstrip().startswith("<a "):
        postal = Line("ok", _("The postal address is added below the letter."))
    else:
        postal = Line("ok", _("The letter shows the postal address."))
    return [Line("ok", unsubscribe), postal]


def _on_text(source: VariantSource) -> Line:
    if source.text.strip():
        return Line("ok", _("The text part is your own."))
    return Line("ok", _("A text part is made from the letter."))


def _on_size(rendered: Rendered) -> Line:
    size = len(rendered.html.encode())
    facts = {"size": f"{size / 1024:.0f}", "limit": CLIPPED_AT // 1024}
    if size > CLIPPED_AT:
        return Line("warn", _("The letter has %(size)s kB; Gmail cuts it at %(limit)s kB.") % facts)
    return Line("ok", _("The letter has %(size)s kB; Gmail cuts at %(limit)s kB.") % facts)


def _on_advice(notes: Sequence[Advice]) -> list[Line]:
    fine = {
        "images": _("Images: all have alternative text and come over https."),
        "links": _("Links: every address is complete."),
        "values": _("Every value of a person has a word for those who lack it."),
        "subject": _("The subject fits into the inbox."),
        "preheader": _("The preheader fits into the inbox."),
    }
    lines = []
    for topic, words in fine.items():
        mine = [note for note in notes if note.topic == topic]
        lines.append(_on_topic(mine) if mine else Line("ok", words))
    return lines


def _on_topic(notes: Sequence[Advice]) -> Line:
    if len(notes) == 1:
        return Line("warn", notes[0].message)
    text = ngettext(
        "%(first)s (and %(more)d more like it)", "%(first)s (and %(more)d more like it)", len(notes) - 1
    )
    return Line("warn", text % {"first": notes[0].message, "more": len(notes) - 1})
