"""What an import does to the contacts, on either database."""

from __future__ import annotations

from pathlib import Path

import pytest

from contacts.importing import importer
from contacts.importing.importer import Order
from contacts.models import Contact

pytestmark = pytest.mark.django_db


def test_first(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("email;first_name;Favourite Colour;Tags;Status\nAnn@example.org;Ann;blue;vip, new;active\nbo@example.org;Bo;;;unsubscribed\nrubbish;;;;\nann@EXAMPLE.org;Anna;;;bounced\n")
    order = Order(path, "news", "shop")
    print(importer.rehearse(order))
    r = importer.run(order)
    print(r, r.rows)
    for c in Contact.objects.all():
        print(c.__dict__, list(c.subscriptions.values()), list(c.tags.values()))
    r = importer.run(order)
    print(r, r.rows)
