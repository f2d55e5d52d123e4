"""`manage.py settle_uncertain ID`: shows a campaign's letters in doubt, and settles them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from campaigns.console import words
from campaigns.models import Campaign
from campaigns.selectors import progress, reasons
from campaigns.services import doubt
from mailhub.accounts.services import audit
from mailhub.lib import clock
from mailhub.web.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Show the letters of a campaign of which nobody knows whether they arrived, and settle them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign_id", metavar="ID", type=int)
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
        campaign_id, chosen = options["campaign_id"], None
        if options["address"]:
            chosen = doubt.named(campaign_id, options["address"])
        if options["act"]:
            self.settle(campaign_id, options["act"], chosen, as_json=options["json"])
        else:
            self.show(campaign_id, chosen, as_json=options["json"])

    def show(self, campaign_id: int, chosen: list[int] | None, *, as_json: bool) -> None:
        found = doubt.in_doubt(campaign_id).order_by("id")
        letters = found if chosen is None else found.filter(id__in=chosen)
        if as_json:
            told = letters.values("address", "settled_at", "reason", "reply")
            self.print_json({"id": campaign_id, "uncertain": list(told)})
            return
        for letter in letters:
            at = f"{letter.settled_at:%Y-%m-%d %H:%M:%S} UTC" if letter.settled_at else ""
            why = reasons.words(letter.state, letter.reason)
            self.say("  ".join(part for part in (letter.address, at, why, letter.reply) if part))
        self.say(words.in_doubt(campaign_id, len(letters)))

    def settle(self, campaign_id: int, act: str, chosen: list[int] | None, *, as_json: bool) -> None:
        count = doubt.settle(campaign_id, act, message_ids=chosen, now=clock.now())
        if count:
            audit.record(
                None,
                f"campaign.letters_{doubt.ACTS[act].done}",
                target=Campaign.objects.get(pk=campaign_id),
                actor="manage.py settle_uncertain",
                detail={"letters": count},
            )
        now = progress.read(campaign_id)
        if as_json:
            self.print_json({"settled": count, **now.as_json()})
        else:
            self.say(f"{words.settled(act, count)}\n{words.summary(now)}")
