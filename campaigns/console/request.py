"""What `send_campaign` takes: its arguments, and what they amount to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.core.management.base import CommandParser

from campaigns.console import arguments, files
from campaigns.console.arguments import BadArgument
from campaigns.selectors import finding
from campaigns.services.drafting import Draft
from mailhub.content.variants import KINDS, VariantSource


class Request(NamedTuple):
    """`at` is when to send; None means now."""

    draft: Draft
    letter: VariantSource
    at: datetime | None


def add_arguments(parser: CommandParser) -> None:
    _add_people(parser)
    _add_letter(parser)
    _add_manner(parser)


def _add_people(parser: CommandParser) -> None:
    again = "who gets it; may be given again, and each person gets one copy"
    parser.add_argument("--name", required=True, help="what the campaign is called among staff")
    parser.add_argument("--list", required=True, action="append", dest="lists", metavar="SLUG", help=again)
    parser.add_argument("--from", required=True, dest="sender", metavar='"NAME <ADDRESS>"')


def _add_letter(parser: CommandParser) -> None:
    body = parser.add_mutually_exclusive_group(required=True)
    for kind in KINDS:
        body.add_argument(f"--{kind}", metavar="FILE", help=f"the letter in {kind} with Liquid, UTF-8")
    parser.add_argument("--subject", required=True, help="may contain Liquid")
    parser.add_argument("--preheader", default="", help="the line that mail programs show after the subject")
    parser.add_argument("--text", metavar="FILE", help="the text part; made from the letter when left out")


def _add_manner(parser: CommandParser) -> None:
    modes = ["individual", "anonymous", "off"]
    unverified = "for trials: send from an unverified domain, unsigned if it is unknown"
    cap = "also mail people who had another letter a short while ago"
    parser.add_argument("--tracking", choices=modes, default="", help="what the list says when left out")
    parser.add_argument("--allow-unverified", action="store_true", help=unverified)
    parser.add_argument("--ignore-cap", action="store_true", help=cap)
    parser.add_argument("--at", metavar="TIME", help="send later, as in 2031-05-04T09:30+02:00")
    parser.add_argument("--wait", action="store_true", help="show progress, and end with the campaign")


def read(options: dict[str, Any], *, now: datetime) -> Request:
    """Raises a UserError that says which argument or file is wrong."""
    if options["at"] and options["wait"]:
        raise BadArgument("--wait cannot go with --at: the campaign starts later. Leave one of them out.")
    lists = [finding.list_by_slug(slug) for slug in dict.fromkeys(options["lists"])]
    sender = arguments.sender(options["sender"])
    brand = lists[0].brand
    draft = Draft(
        name=options["name"],
        brand=brand,
        lists=lists,
        sender_name=sender.name,
        sender_address=sender.address,
        tracking=options["tracking"],
        ignore_cap=options["ignore_cap"],
        allow_unverified=options["allow_unverified"],
    )
    at = arguments.moment(options["at"], now=now) if options["at"] else None
    return Request(draft, _letter(options, locale=brand.language), at)


def _letter(options: dict[str, Any], *, locale: str) -> VariantSource:
    kind = next(kind for kind in KINDS if options[kind])
    return VariantSource(
        kind=kind,
        locale=locale,
        subject=options["subject"],
        preheader=options["preheader"],
        body=files.read(options[kind]),
        text=files.read(options["text"]) if options["text"] else "",
    )
