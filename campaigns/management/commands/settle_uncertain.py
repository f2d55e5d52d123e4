"""`manage.py settle_uncertain`: shows letters in doubt, of a campaign or of none, and settles them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db.models import QuerySet

from campaigns.console import words
from campaigns.models import Campaign
from campaigns.selectors import progress
from campaigns.services import doubt
from mailhub.accounts.services import audit
from mailhub.delivery import doubt_words
from mailhub.delivery.models import Message
from mailhub.delivery.selectors import doubt as single_letters
from mailhub.delivery.services import settling
from mailhub.lib import clock
from mailhub.web.commands import Command as BaseCommand

ACTOR = "manage.py settle_uncertain"


class Command(BaseCommand):
    help = "Show the letters of which nobody knows whether they arrived, and settle them."

    def add_arguments(self, parser: CommandParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("campaign_id", metavar="ID", type=int, nargs="?", help="those of this campaign")
        whose.add_argument(
            "--single", action="store_true", help="those of no campaign: confirmations, single letters, tests"
        )
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--list", action="store_true", help="who is in doubt, since when and why")
        for name, text in (
            ("mark-sent", "they are known to have arrived"),
            ("send-again", "send them once more; who had got it gets it twice"),
            ("give-up", "count them as failed"),
        ):
            act.add_argument(f"--{name}", action="store_const", const=name, dest="act", help=text)
        parser.add_argument(
            "--address", action="append", default=[], metavar="ADDRESS", help="only this one; may be repeated"
        )
        self.add_json_flag(parser)

    def run(self, **options: Any) -> None:
        whose = _Single() if options["single"] else _OfCampaign(options["campaign_id"])
        chosen = whose.named(options["address"]) if options["address"] else None
        if options["act"]:
            told, text = whose.settle(options["act"], chosen)
            return self.print_json(told) if options["json"] else self.say(text)
        found = whose.letters().order_by("id")
        letters = found if chosen is None else found.filter(id__in=chosen)
        if options["json"]:
            return self.print_json({**whose.told(), "uncertain": list(letters.values(*whose.fields))})
        for letter in letters:
            at = f"{letter.settled_at:%Y-%m-%d %H:%M:%S} UTC" if letter.settled_at else ""
            why = doubt_words.why(letter.reason)
            self.say("  ".join(part for part in (letter.address, at, why, letter.reply) if part))
        return self.say(words.in_doubt(whose.name, whose.option, len(letters)))


class _OfCampaign:
    """A campaign's letters in doubt. Raises UnknownCampaign."""

    fields = ("address", "settled_at", "reason", "reply")

    def __init__(self, campaign_id: int) -> None:
        self.campaign_id = campaign_id
        self.name, self.option = f"campaign {campaign_id}", str(campaign_id)

    def told(self) -> dict[str, Any]:
        return {"id": self.campaign_id}

    def letters(self) -> QuerySet[Message]:
        return doubt.in_doubt(self.campaign_id)

    def named(self, texts: list[str]) -> list[int]:
        return doubt.named(self.campaign_id, texts)

    def settle(self, act: str, chosen: list[int] | None) -> tuple[dict[str, Any], str]:
        count = doubt.settle(self.campaign_id, act, message_ids=chosen, now=clock.now())
        if count:
            done, target = doubt.ACTS[act].done, Campaign.objects.get(pk=self.campaign_id)
            detail = {"letters": count}
            audit.record(None, f"campaign.letters_{done}", target=target, actor=ACTOR, detail=detail)
        now = progress.read(self.campaign_id)
        return {"settled": count, **now.as_json()}, f"{words.settled(act, count)}\n{words.summary(now)}"


class _Single:
    """The letters in doubt that belong to no campaign."""

    fields = ("dispatch_id", "address", "settled_at", "reason", "reply")
    name, option = "a single person", "--single"

    def told(self) -> dict[str, Any]:
        return {}

    def letters(self) -> QuerySet[Message]:
        return single_letters.letters()

    def named(self, texts: list[str]) -> list[int]:
        return doubt.of_addresses(self.letters(), texts)

    def settle(self, act: str, chosen: list[int] | None) -> tuple[dict[str, Any], str]:
        letters = single_letters.by_dispatch(single_letters.letters(chosen))
        count = settling.settle(letters, act, now=clock.now())
        if count:
            audit.record(
                None,
                f"dispatch.letters_{settling.ACTS[act].done}",
                label=", ".join(map(str, letters))[:200],
                actor=ACTOR,
                detail={"letters": count, "dispatches": len(letters)},
            )
        return {"settled": count}, words.settled(act, count)
