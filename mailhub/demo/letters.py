"""Writes the example shop's letters out of the starters that MailHub ships."""

from __future__ import annotations

from dataclasses import replace

from campaigns.services import frozen
from mailhub.content import starters
from mailhub.content.models import LetterVersion
from mailhub.content.services import letters
from mailhub.content.variants import VariantSource
from mailhub.demo.plan import CHINESE, LetterPlan

STARTER = "newsletter"
# What the starter says until somebody writes it anew.
TITLE = "One strong headline that says what is new"
INTRO = "Two sentences are enough here. Tell people why this letter is worth the next minute of their day."
BUTTON = "Read the story"
CLOSING = "Take the next step"
# And what stands in its other places in every letter of the shop.
HOUSE_STYLE = {
    "begin with the one thing you would tell a friend. Keep paragraphs short, leave room to breathe, and "
    "link to": "it has been a good week in the greenhouse, and there is more to show than fits in here. "
    "Have a look at",
    "instead of repeating them.": "when you have a minute, or come by: the door is open until six.",
    "A first story with its own heading": "A fern for a dark corner",
    "What it is about, and what the reader gains by following the link below.": "Three that do not mind a "
    "north window, and one that only pretends.",
    "A second story beside the first": "Open studio on Saturday",
    "On a telephone the two stand one below the other, in this order.": "Watch Mara throw, ask what you "
    "like, and take the seconds home.",
    "Ready when you are": "Until soon",
    "Close with a single next step, and say what happens after the click.": "Ida and Mara, with clay "
    "under the nails.",
}


def write(plan: LetterPlan) -> LetterVersion:
    """The letter, its first attempt kept as version 1, and the version that was sent."""
    final = _variant(plan, subject=plan.subject)
    first = letters.create(
        plan.name,
        kind="mjml",
        variants=[replace(final, subject=plan.title)],
        default_locale="en",
        schema=frozen.schema(),
    )
    languages = [final, *_chinese(plan, final)]
    return letters.revise(first.letter, variants=languages, default_locale="en", schema=frozen.schema())


def _variant(plan: LetterPlan, *, subject: str) -> VariantSource:
    own = {TITLE: plan.title, INTRO: plan.intro, BUTTON: plan.button, CLOSING: plan.button}
    body = starters.load(STARTER)
    for before, after in (own | HOUSE_STYLE).items():
        body = body.replace(before, after)
    return VariantSource(kind="mjml", locale="en", subject=subject, preheader=plan.preheader, body=body)


def _chinese(plan: LetterPlan, english: VariantSource) -> list[VariantSource]:
    name, subject, title = CHINESE
    if plan.name != name:
        return []
    body = english.body.replace(plan.title, title)
    return [replace(english, locale="zh-Hans", subject=subject, preheader="", body=body)]
