"""Writes the example shop's letters out of the starters that MailHub ships."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from campaigns.services import frozen
from mailhub.content import starters
from mailhub.content.models import Image, LetterVersion
from mailhub.content.services import letters
from mailhub.content.variants import VariantSource
from mailhub.demo import house_style
from mailhub.demo.plan import CHINESE, LetterPlan

# Where a newsletter shows its picture: above its heading.
HEADING = '    <mj-section css-class="hero"'


def write(plan: LetterPlan, *, picture: Image | None = None) -> LetterVersion:
    """The letter, its first attempt kept as version 1, and the version that was sent.

    With `picture` a newsletter shows it above its heading.
    """
    final = _variant(plan)
    if picture is not None:
        final = replace(final, body=final.body.replace(HEADING, _shown(picture) + HEADING, 1))
    schema = frozen.schema()
    first = letters.create(
        plan.name,
        kind=final.kind,
        variants=[replace(final, subject=plan.title)],
        default_locale="en",
        schema=schema,
    )
    languages = [final, *_chinese(plan, final)]
    return letters.revise(first.letter, variants=languages, default_locale="en", schema=schema)


def _shown(picture: Image) -> str:
    return (
        '    <mj-section padding="0 0 20px"><mj-column>'
        f'<mj-image src="{picture.source}" alt="{escape(picture.alt)}" padding="0" />'
        "</mj-column></mj-section>\n\n"
    )


def _variant(plan: LetterPlan) -> VariantSource:
    starter = next(each for each in starters.STARTERS if each.name == plan.starter)
    body = starters.load(plan.starter)
    for before, after in house_style.TEXTS[plan.starter].items():
        body = body.replace(before, after.format(title=plan.title, intro=plan.intro, button=plan.button))
    return replace(starter.source(), subject=plan.subject, preheader=plan.preheader, body=body)


def _chinese(plan: LetterPlan, english: VariantSource) -> list[VariantSource]:
    name, subject, title = CHINESE
    if plan.name != name:
        return []
    body = english.body.replace(plan.title, title)
    return [replace(english, locale="zh-Hans", subject=subject, preheader="", body=body)]
