"""The letter as it was sent, with each link's share of the clicks laid over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from mailhub.content import engine
from mailhub.content.engine.links import Link
from mailhub.delivery import contracts
from mailhub.delivery.models import CompiledLetter, Dispatch, Message
from mailhub.delivery.models.ledger import MessageState
from mailhub.delivery.services import composing, viewing
from mailhub.lib.errors import UserError

ANCHOR = re.compile(r"<a\b([^>]*?)\bhref=\"#link-(\d+)\"([^>]*)>", re.IGNORECASE)
OTHER_HREF = re.compile(r"(<a\b[^>]*?\bhref=)\"(?!#)[^\"]*\"", re.IGNORECASE)
# Inside the frame only its own styles count; the accent of the screens, dark enough for white figures.
BADGE = (
    '<span style="position:relative;display:inline-block;width:0;height:0;vertical-align:top;'
    'line-height:0;text-align:left"><span title="{title}" style="position:absolute;left:-8px;top:-12px;'
    "z-index:9;white-space:nowrap;font:600 11px/15px system-ui,sans-serif;letter-spacing:0;"
    "text-transform:none;text-decoration:none;padding:0 5px;border-radius:8px;background:{colour};"
    'color:#fff;box-shadow:0 0 0 1px #fff">{text}</span></span>'
)
WARM, COLD = "#a3201b", "#43505d"
# From this share on a link counts as one that people go for.
WARM_FROM = 0.25
# How many people are tried until one is found whose letter can still be made.
TRIES = 10
STRANGER = {"email": "name@example.org", "first_name": None, "last_name": None, "name": None}


class NoLetter(UserError):
    """There is no letter to show: the campaign was not launched, or its letter is not kept."""


@dataclass(frozen=True, slots=True)
class Share:
    """A link's place in the map: `part` of `base`, the people who clicked; clicks if nobody is told apart."""

    number: int
    address: str
    people: int
    total: int
    base: int
    by_people: bool

    @property
    def part(self) -> int:
        return self.people if self.by_people else self.total

    @property
    def share(self) -> float:
        return self.part / self.base if self.base else 0.0


def shares(report: Mapping[str, Any]) -> list[Share]:
    """Of every tracked link, the most clicked first. Who clicked two links is a part of both shares."""
    human = report["clicks"]["human"]
    by = "unique" if human["unique"] else "total"
    return [
        Share(
            link["number"],
            link["address"],
            link["human"]["unique"],
            link["human"]["total"],
            base=human[by],
            by_people=by == "unique",
        )
        for link in report["links"]
    ]


def html(campaign: Campaign, report: Mapping[str, Any], *, locale: str = "") -> str:
    """The letter in `locale` (default: its fallback language), each tracked link with its badge.

    It is made for one of its readers, whose address is not shown; no link leads anywhere. Raises NoLetter.
    """
    dispatch = Dispatch.objects.select_related("brand").filter(pk=campaign.dispatch_id or 0).first()
    if dispatch is None:
        raise NoLetter(_("Nothing has been sent yet, so there is no letter to show."))
    program = _program(dispatch, locale)
    page = program.render(
        _data(dispatch, program.locale), link=lambda link, values: _anchor(link), pixel_url=None
    ).html
    known = {share.number: share for share in shares(report)}
    return ANCHOR.sub(lambda found: _marked(found, known), OTHER_HREF.sub(r'\1"#"', page))


def locales(campaign: Campaign) -> list[str]:
    """The languages of the letter, the fallback first."""
    rows = CompiledLetter.objects.filter(dispatch_id=campaign.dispatch_id or 0)
    return list(rows.order_by("-fallback", "locale").values_list("locale", flat=True))


def _program(dispatch: Dispatch, locale: str) -> engine.Program:
    rows = CompiledLetter.objects.filter(dispatch=dispatch).order_by("-fallback", "locale")
    row = rows.filter(locale=locale).first() or rows.first()
    if row is None:
        raise NoLetter(_("The letter of this campaign is not kept any more."))
    return engine.Program.from_json(row.program)


def _anchor(link: Link) -> str:
    return f"#link-{link.number}"


def _data(dispatch: Dispatch, locale: str) -> dict[str, Any]:
    quiet = {"unsubscribe_url": "#", "preferences_url": "#", "view_url": "#"}
    return {**_reader(dispatch, locale), **composing.brand_values(dispatch.brand), **quiet}


def _reader(dispatch: Dispatch, locale: str) -> dict[str, Any]:
    """What is known of one who got it, so that what is meant for readers is shown; else of a stranger."""
    source = contracts.source(dispatch.source)
    rows = Message.objects.filter(dispatch=dispatch, state=MessageState.SENT).order_by("pk")
    for message in [*rows.filter(locale=locale)[:TRIES], *rows[:TRIES]]:
        merge = source.describe(viewing.recipient_of(message))
        if merge is not None:
            contact = {**merge.values.get("contact", {}), "email": STRANGER["email"]}
            return {**merge.values, "contact": contact}
    return {"contact": STRANGER, "list": {"name": None, "slug": None}}


def _marked(found: re.Match[str], known: Mapping[int, Share]) -> str:
    before, number, after = found[1], int(found[2]), found[3]
    share = known.get(number)
    anchor = f'<a{before}href="#"{after}>'
    if share is None:
        return anchor
    text = f"{share.number} · {share.share:.0%}"
    colour = WARM if share.share >= WARM_FROM else COLD
    title = escape(f"{unescape(share.address)}: {_part(share)}", quote=True)
    return anchor + BADGE.format(title=title, colour=colour, text=text)


def _part(share: Share) -> str:
    values = {"part": share.part, "base": share.base}
    if share.by_people:
        return _("%(part)s of %(base)s people who clicked") % values
    return _("%(part)s of %(base)s clicks") % values
