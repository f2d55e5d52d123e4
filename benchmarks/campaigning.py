"""Sends a campaign as everybody does, waits for its last row, and looks at the letter that came."""

from __future__ import annotations

import email
import email.policy
import io
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.crew import Crew
from benchmarks.surroundings import Refused

if TYPE_CHECKING:
    from campaigns.models import Campaign

SENDER_DOMAIN = "benchmark.example"
LETTER = Path(__file__).with_name("send_campaign.html")
LINKS = 6
# Nothing settled for this long: something is wrong.
STANDSTILL_SECONDS = 180
POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Ended:
    """A campaign whose rows are all settled, and the CPU seconds that launching took in this process."""

    campaign: Campaign
    launch_cpu_seconds: float


def prepare_sender(*, signed: bool) -> None:
    """The brand has its address, and the sender's domain a key when letters are to be signed."""
    from mailhub.delivery.models import SendingDomain
    from mailhub.delivery.services import brands, domains

    brand = brands.default()
    brand.postal_address = "1 High Street, 1000 Benchmark"
    brand.save(update_fields=["postal_address"])
    SendingDomain.objects.filter(name=SENDER_DOMAIN).delete()
    if signed:
        domains.get_or_create(SENDER_DOMAIN, brand)


def forget_earlier_letters() -> None:
    """Nobody is kept from the letter by one of an earlier run, or by the rehearsal (rules 3.13)."""
    from mailhub.delivery.models import AddressRecord

    AddressRecord.objects.all().delete()


def send(list_slug: str, crew: Crew) -> Ended:
    """The letter has gone to everybody on the list; raises Refused when it has not."""
    from django.core.management import call_command

    from campaigns.models import Campaign

    options = ["--name", f"{list_slug} {time.time():.0f}", "--list", list_slug]
    options += ["--from", f"The Shop <news@{SENDER_DOMAIN}>", "--allow-unverified"]
    options += [
        "--subject",
        "{{ contact.first_name | default: 'Friend' }}, 十一月 news from {{ brand.name }}",
    ]
    options += ["--html", str(LETTER), "--text", str(LETTER.with_suffix(".txt")), "--json"]
    output, begun = io.StringIO(), time.process_time()
    call_command("send_campaign", *options, stdout=output)
    cpu = time.process_time() - begun
    campaign_id = int(json.loads(output.getvalue())["id"])
    _wait(campaign_id, crew)
    return Ended(Campaign.objects.select_related("dispatch").get(pk=campaign_id), cpu)


def _wait(campaign_id: int, crew: Crew) -> None:
    """Until its dispatch is finished; raises Refused when nothing goes on, or a row is tried again later."""
    from campaigns.models import Campaign
    from mailhub.delivery.models import Chunk, Due
    from mailhub.delivery.models.ledger import DispatchState

    dispatch_id = Campaign.objects.values_list("dispatch_id", flat=True).get(pk=campaign_id)
    marks, moved_at = None, time.monotonic()
    while True:
        state, reason = Campaign.objects.values_list("dispatch__state", "dispatch__pause_reason").get(
            pk=campaign_id
        )
        if state == DispatchState.FINISHED:
            return
        if (
            state == DispatchState.PAUSED
            or Due.objects.filter(dispatch=dispatch_id, in_flight=False).exists()
        ):
            raise Refused(f"The campaign is {state}, or letters were deferred: {reason} {crew.last_words()}")
        now = list(
            Chunk.objects.filter(dispatch=dispatch_id, lease_until__isnull=False).values_list("id", "done_id")
        )
        if now != marks:
            marks, moved_at = now, time.monotonic()
        if time.monotonic() - moved_at > STANDSTILL_SECONDS:
            raise Refused(f"Nothing was sent for {STANDSTILL_SECONDS} seconds: {crew.last_words()}")
        crew.check()
        time.sleep(POLL_SECONDS)


def check_letter(letter: bytes, *, signed: bool) -> None:
    """It has its links, pixel, text and one-click header, and its signature holds; else Refused."""
    if not letter:
        raise Refused("No letter came of the rehearsal.")
    message = email.message_from_bytes(letter, policy=email.policy.default)
    html = message.get_body(("html",))
    content = html.get_content() if html else ""
    if len(set(re.findall(r'href="[^"]*/c/', content))) != 1 or content.count("/c/") != LINKS:
        raise Refused(f"The letter has {content.count('/c/')} tracked links and not {LINKS}.")
    if "/o/" not in content or "List-Unsubscribe-Post" not in message or message.get_body(("plain",)) is None:
        raise Refused("The letter lacks its pixel, its text, or its one-click header.")
    if signed and not _signature_holds(letter):
        raise Refused("The signature of the letter does not hold.")


def _signature_holds(letter: bytes) -> bool:
    import dkim

    from mailhub.delivery.models import DkimKey

    key = DkimKey.objects.get(domain__name=SENDER_DOMAIN, retired_at=None)
    record = f"v=DKIM1; k=rsa; p={key.public_key}".encode()
    return bool(dkim.verify(letter, dnsfunc=lambda name, timeout=5: record))
