"""Makes people who don't exist: files of them, as a shop would export its own, or a database full."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import psycopg

HEADER = ("E-Mail", "First Name", "Last Name", "Country", "Status", "Points", "Favourite Colour")
# As many different names as real files have: 900 first and some 27,000 last ones.
SYLLABLES = ("an", "bo", "cy", "dor", "é", "fa", "gül", "ha", "in", "jo", "ka", "lö", "ma", "ni", "ol")
SYLLABLES += ("pe", "qui", "ra", "so", "tu", "ul", "va", "wei", "xi", "yo", "ze", "ña", "ßen", "小", "王")
COUNTRIES = ("DE", "US", "CN", "FR", "BR")
COLOURS = ("red", "green", "blue", "yellow", "black")
# A prime, so that the addresses come in no order, as in the files that people have.
SCATTER = 2_654_435_761


def write_file(path: Path, *, rows: int) -> None:
    """A CSV file of `rows` subscribed people with seven columns, the same at every call."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            first = "".join(chance.choices(SYLLABLES, k=2)).title()
            last = "".join(chance.choices(SYLLABLES, k=3)).title()
            local = f"{chance.choice('abcdefghij')}.{number * SCATTER % 2**32:08x}"
            email = f"{local}@{chance.choice(('example.org', 'example.com', 'mail.example.net'))}"
            points, colour = chance.randrange(1000), chance.choice(COLOURS)
            writer.writerow([email, first, last, chance.choice(COUNTRIES), "subscribed", points, colour])


def addresses(path: Path) -> set[str]:
    """Whom a file of `write_file` names."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["E-Mail"] for row in csv.DictReader(file)}


def fill(url: str, *, people: int) -> None:
    """A shop of that many people in an installed, empty PostgreSQL database, written by `people.sql`.

    Ten of eleven are subscribed to the list `list-1`; one in forty is suppressed.
    """
    from mailhub.delivery.models import Brand

    brand = Brand.objects.create(name="Shop", postal_address="1 High Street")
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split("\n\n")
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode(), {"people": people, "brand_id": brand.pk})
