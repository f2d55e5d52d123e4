"""Invents the people of the example shop, the same ones each time."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from mailhub.demo.names import CULTURES, DOMAINS

SEED = 20_260
SIZE = 2_000
# How far back the first of them came to the shop.
SPAN = timedelta(days=548)
PLANTS = ("ferns", "succulents", "orchids", "herbs", "palms")
LATIN = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ı": "i", "ø": "o", "æ": "ae"})


@dataclass(slots=True)
class Person:
    """Somebody who does not exist. `interest` (0 to 1) is how likely they read, `mailer` with what."""

    number: int
    email: str
    first_name: str
    last_name: str
    locale: str
    country: str
    city: str
    time_zone: str
    joined_at: datetime
    interest: float
    mailer: str
    custom: dict[str, object] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    phone: str = ""


def invent(*, now: datetime, is_taken: Callable[[str], bool], size: int = SIZE) -> list[Person]:
    """`size` people, the oldest first; `is_taken` says which addresses this installation knows already."""
    random = Random(SEED)
    moments = sorted(now - SPAN * (random.random() ** 1.35) - timedelta(minutes=5) for _ in range(size))
    used: set[str] = set()
    return [_person(number, at, random, used, is_taken) for number, at in enumerate(moments)]


def _person(
    number: int, at: datetime, random: Random, used: set[str], is_taken: Callable[[str], bool]
) -> Person:
    culture = random.choices(CULTURES, [culture.weight for culture in CULTURES])[0]
    first, first_latin = _name(culture.first, random)
    last, last_latin = _name(culture.last, random)
    person = Person(
        number=number,
        email=_address(first_latin, last_latin, random, used, is_taken),
        first_name=first,
        last_name=last,
        locale=culture.locale,
        country=culture.country,
        city=random.choice(culture.cities.split()),
        time_zone=culture.time_zone,
        joined_at=at,
        interest=random.betavariate(1.3, 2.4),
        mailer=random.choices(("browser", "apple", "gmail", "scanner"), (46, 30, 19, 5))[0],
    )
    _describe(person, random)
    return person


def _name(names: str, random: Random) -> tuple[str, str]:
    written, _, latin = random.choice(names.split()).partition("/")
    return written, latin or _latin(written)


def _latin(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.translate(LATIN))
    return "".join(letter for letter in parts if letter.isascii() and letter.isalnum()).lower()


def _address(first: str, last: str, random: Random, used: set[str], is_taken: Callable[[str], bool]) -> str:
    first = first.lower()
    local = random.choice((f"{first}.{last}", f"{first}.{last}", f"{first[0]}{last}", f"{last}.{first}"))
    domain = random.choices([name for name, _ in DOMAINS], [weight for _, weight in DOMAINS])[0]
    candidate, count = f"{local}@{domain}", 1
    while candidate in used or is_taken(candidate):
        count += 1
        candidate = f"{local}{count}@{domain}"
    used.add(candidate)
    return candidate


def _describe(person: Person, random: Random) -> None:
    """Not everybody has told everything: empty fields are part of a believable shop."""
    if random.random() < 0.7:
        person.custom["favourite_plant"] = random.choice(PLANTS)
    if random.random() < 0.55:
        person.custom["loyalty_points"] = random.randrange(0, 900, 10)
    if random.random() < 0.35:
        year, month, day = random.randint(1955, 2004), random.randint(1, 12), random.randint(1, 28)
        person.custom["birthday"] = f"{year}-{month:02d}-{day:02d}"
    if random.random() < 0.3:
        person.custom["has_garden"] = random.random() < 0.6
    if random.random() < 0.12:
        person.tags.append("regular")
    if random.random() < 0.04:
        person.tags.append("wholesale")
    if random.random() < 0.09:
        person.tags.append("workshop guest")
    if person.interest > 0.8:
        person.tags.append("keen reader")
    if random.random() < 0.06:
        person.first_name = person.last_name = ""
