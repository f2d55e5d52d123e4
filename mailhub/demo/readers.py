"""How the invented people read: opens and clicks of persons and of their machines, by the hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from mailhub.demo.cast import Person
from mailhub.demo.plan import CampaignPlan

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605",
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Thunderbird/142.0",
)
APPLE, GMAIL, SCANNER = (
    "Mozilla/5.0",
    "Mozilla/5.0 (via ggpht.com GoogleImageProxy)",
    "Barracuda Sentinel (EE)",
)
# Which of the letter's links people follow, in their order: the shop's name, the big button, and so on.
LINK_WEIGHTS = (5, 36, 13, 20, 11, 15)
REFUSALS = (
    ("bounced", "550 5.1.1 No such user here", 0.006),
    ("refused", "554 5.7.1 Message rejected because of its content", 0.0012),
    ("gave_up", "452 4.2.2 The mailbox is full", 0.0025),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One open (link None) or click; `link` counts from 0."""

    at: datetime
    grade: str
    rule: str
    agent: str
    link: int | None = None


def refusal(random: Random) -> tuple[str, str] | None:
    """The ledger's reason and the server's reply for the few that a server will not take."""
    chance = random.random()
    for reason, reply, share in REFUSALS:
        if chance < share:
            return reason, reply
        chance -= share
    return None


def read(person: Person, plan: CampaignPlan, *, sent_at: datetime, random: Random) -> list[Hit]:
    """What the tracker saw of this person and of the machines before them, in order."""
    hits = _machines(person, sent_at, random)
    if random.random() < min(0.9, plan.pull * (0.1 + 0.68 * person.interest)):
        hits += _person(person, plan, sent_at, random)
    return sorted(hits, key=lambda hit: hit.at)


def _machines(person: Person, sent_at: datetime, random: Random) -> list[Hit]:
    if person.mailer == "apple":
        at = sent_at + timedelta(seconds=random.randint(20, 5400))
        return [Hit(at, "machine", "apple_privacy_proxy", APPLE)]
    if person.mailer == "scanner":
        at = sent_at + timedelta(milliseconds=random.randint(300, 1500))
        clicks = [Hit(at, "machine", "scanner_agent", SCANNER, link) for link in range(len(LINK_WEIGHTS))]
        return [Hit(at, "machine", "scanner_agent", SCANNER), *clicks]
    return []


def _person(person: Person, plan: CampaignPlan, sent_at: datetime, random: Random) -> list[Hit]:
    agent = AGENTS[person.number % len(AGENTS)]
    at = _waking(sent_at + _delay(random), person, random)
    if person.mailer == "gmail":
        hits = [Hit(at, "unknown", "gmail_proxy", GMAIL)]
        # Gmail's proxy may have loaded it; only what the person does next proves a reader.
        hits += [Hit(at, "human", "", agent)] if random.random() < 0.35 else []
    elif person.mailer == "apple":
        hits = []
    else:
        again = [
            at + timedelta(hours=random.expovariate(1 / 20)) for _ in range(random.choice((0, 0, 0, 1, 2)))
        ]
        hits = [Hit(moment, "human", "", agent) for moment in (at, *again)]
    if random.random() < 0.09 * plan.click * (0.5 + person.interest):
        chosen = {
            random.choices(range(len(LINK_WEIGHTS)), LINK_WEIGHTS)[0]
            for _ in range(random.choice((1, 1, 1, 2)))
        }
        for place, link in enumerate(sorted(chosen)):
            seconds = random.randint(8, 90) * (place + 1)
            hits.append(Hit(at + timedelta(seconds=seconds), "human", "", agent, link))
    return hits


def _delay(random: Random) -> timedelta:
    """Most read within hours, some the next days."""
    hours = random.expovariate(1 / 3) if random.random() < 0.72 else 8 + random.expovariate(1 / 22)
    return timedelta(hours=hours, seconds=random.randint(30, 300))


def _waking(at: datetime, person: Person, random: Random) -> datetime:
    """Nobody reads at four in the morning: such a moment becomes breakfast."""
    local = at.astimezone(ZoneInfo(person.time_zone))
    if local.hour >= 6:
        return at
    breakfast = local.replace(hour=6, minute=0, second=0) + timedelta(minutes=random.randint(5, 150))
    return breakfast.astimezone(at.tzinfo)
