"""Plays the example shop's past: who joined, who was mailed, who opened, clicked, bounced and left, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from mailhub.demo import readers
from mailhub.demo.cast import SEED, Person
from mailhub.demo.plan import LISTS, PAUSED, SENT, CampaignPlan
from mailhub.demo.readers import Hit

REASONS = ("", "", "too_many", "too_many", "not_for_me", "never_asked", "other")


@dataclass(frozen=True, slots=True)
class Act:
    """One act of consent, in the words of consent records; person and list by their places in the plan."""

    person: int
    list_number: int
    action: str
    method: str
    at: datetime
    mailing: int | None = None
    basis: str = ""
    source: str = ""
    expires_at: datetime | None = None


@dataclass(slots=True)
class Letter:
    """What became of one person's copy; `list_number` says to which list it went."""

    person: int
    list_number: int
    state: str = "sent"
    reason: str = ""
    reply: str = ""
    settled_at: datetime | None = None
    hits: list[Hit] = field(default_factory=list)
    aftermath: list[tuple[str, datetime, str]] = field(default_factory=list)


@dataclass(slots=True)
class Mailing:
    """One campaign as it went."""

    plan: CampaignPlan
    launched_at: datetime
    settled_at: datetime | None
    letters: list[Letter] = field(default_factory=list)


@dataclass(slots=True)
class Past:
    """All of it. `on` is who is on which list by now; `silenced` whom nothing is sent any more, and why."""

    acts: list[Act] = field(default_factory=list)
    mailings: list[Mailing] = field(default_factory=list)
    on: dict[tuple[int, int], str] = field(default_factory=dict)
    silenced: dict[int, tuple[str, datetime]] = field(default_factory=dict)


def play(people: list[Person], *, now: datetime) -> Past:
    """The same past for the same people and `now`; nothing in it happens after `now`."""
    random = Random(SEED + 1)
    past = Past()
    for person in people:
        _join(person, past, random, now)
    for number, plan in enumerate((*SENT, PAUSED)):
        last = number == len(SENT)
        at = now - timedelta(hours=3, minutes=10) if last else launch_of(plan, now=now)
        past.mailings.append(_mail(number, plan, at, people, past, random, now, halfway=last))
    _wander_off(people, past, random, now)
    past.acts.sort(key=lambda act: act.at)
    past.on = _standing(past.acts)
    return past


def launch_of(plan: CampaignPlan, *, now: datetime) -> datetime:
    """The plan's day, counted from `now`, at its hour."""
    return (now - plan.age).replace(hour=plan.hour, minute=0, second=0, microsecond=0)


def _join(person: Person, past: Past, random: Random, now: datetime) -> None:
    for number, plan in enumerate(LISTS):
        if random.random() > plan.share:
            continue
        at = person.joined_at + timedelta(days=random.random() * 20 * (number > 0))
        at = min(at, now - timedelta(minutes=4))
        if plan.opt_in == "double":
            _ask(person, number, at, past, random, now)
        else:
            past.acts.append(_grant(person, number, at, random))


def _grant(person: Person, number: int, at: datetime, random: Random) -> Act:
    kind = random.random()
    if kind < 0.72:
        return Act(
            person.number, number, "granted", "form", at, None, "express", "Form at the foot of the shop"
        )
    if kind < 0.92:
        return Act(
            person.number, number, "granted", "staff", at, None, "express", "Card filled in at the till"
        )
    # Implied consent lasts for two years after a purchase (CASL s. 10(10)).
    ends = at + timedelta(days=730)
    return Act(person.number, number, "granted", "api", at, None, "implied", "Order in the web shop", ends)


def _ask(person: Person, number: int, at: datetime, past: Past, random: Random, now: datetime) -> None:
    past.acts.append(Act(person.number, number, "requested", "form", at, source="Form on the care pages"))
    late = now - at < timedelta(days=6)
    if random.random() < (0.45 if late else 0.97):
        confirmed_at = min(at + timedelta(minutes=1 + random.expovariate(1 / 40)), now)
        past.acts.append(
            Act(person.number, number, "confirmed", "confirmation", confirmed_at, None, "express")
        )
    elif not late:
        lapsed_at = at + timedelta(days=30)
        if lapsed_at < now:
            past.acts.append(Act(person.number, number, "lapsed", "system", lapsed_at))


def _mail(
    number: int, plan: CampaignPlan, at: datetime, people: list[Person], past: Past, random: Random,
    now: datetime, *, halfway: bool,
) -> Mailing:  # fmt: skip
    """One mailing to who stood on its lists then. `halfway`: paused when half of it had left."""
    audience = _audience(plan, at, past)
    seconds = len(audience) / 6
    mailing = Mailing(plan, at, None if halfway else at + timedelta(seconds=seconds))
    for place, (who, list_) in enumerate(audience):
        letter = Letter(who, list_)
        mailing.letters.append(letter)
        if who in past.silenced and past.silenced[who][1] < at:
            letter.state, letter.reason, letter.settled_at = "skipped", "suppressed", at
            letter.reply = past.silenced[who][0]
        elif halfway and place > len(audience) * 0.55:
            letter.state = "queued"
        else:
            letter.settled_at = at + timedelta(seconds=place / 6)
            _deliver(letter, people[who], number, plan, past, random, now)
    return mailing


def _audience(plan: CampaignPlan, at: datetime, past: Past) -> list[tuple[int, int]]:
    """(person, list) of everybody subscribed at that moment, each once, with the list of the lowest number."""
    standing = _standing(sorted((act for act in past.acts if act.at <= at), key=lambda act: act.at))
    chosen: dict[int, int] = {}
    for (person, list_), state in standing.items():
        if state == "subscribed" and list_ in plan.lists:
            chosen[person] = min(list_, chosen.get(person, list_))
    return sorted(chosen.items())


def _deliver(
    letter: Letter, person: Person, number: int, plan: CampaignPlan, past: Past, random: Random, now: datetime
) -> None:
    at = letter.settled_at or now
    if refused := readers.refusal(random):
        letter.state, (letter.reason, letter.reply) = "failed", refused
        if letter.reason == "bounced":
            letter.aftermath.append(("bounced", at, ""))
            past.silenced[person.number] = ("hard_bounce", at)
        return
    letter.reply = "250 2.0.0 OK: queued"
    letter.hits = [hit for hit in readers.read(person, plan, sent_at=at, random=random) if hit.at <= now]
    human = [hit for hit in letter.hits if hit.grade == "human"]
    chance = random.random()
    if human and chance < 0.021:
        left_at = human[-1].at + timedelta(seconds=random.randint(20, 400))
        if left_at <= now:
            letter.aftermath.append(("unsubscribed", left_at, random.choice(REASONS)))
            method = random.choice(("page", "page", "one_click", "preferences"))
            past.acts.append(Act(person.number, letter.list_number, "withdrawn", method, left_at, number))
    elif chance > 0.9994:
        complained_at = at + timedelta(hours=random.randint(1, 30))
        if complained_at <= now:
            letter.aftermath.append(("complained", complained_at, ""))
            past.silenced[person.number] = ("complaint", complained_at)


def _wander_off(people: list[Person], past: Past, random: Random, now: datetime) -> None:
    """People also leave by themselves, on the preference page, and some ask the staff to take them off."""
    on = [
        key
        for key, state in _standing(sorted(past.acts, key=lambda act: act.at)).items()
        if state == "subscribed"
    ]
    for person, list_ in random.sample(sorted(on), len(on) // 40):
        begins = people[person].joined_at + timedelta(days=25)
        if begins < now:
            at = begins + (now - begins) * random.random()
            past.acts.append(Act(person, list_, "withdrawn", "preferences", at))
    for person in random.sample(range(len(people)), max(len(people) // 250, 1)):
        past.silenced.setdefault(person, ("manual", now - timedelta(days=random.randint(1, 60))))


def _standing(acts: list[Act]) -> dict[tuple[int, int], str]:
    """State by (person, list) after `acts`, which are in their order."""
    states = {"granted": "subscribed", "confirmed": "subscribed", "withdrawn": "unsubscribed", "lapsed": ""}
    found: dict[tuple[int, int], str] = {}
    for act in acts:
        found[act.person, act.list_number] = states.get(act.action, "pending")
    return found
