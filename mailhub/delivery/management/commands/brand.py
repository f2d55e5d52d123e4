"""`manage.py brand`: shows and sets the brand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from mailhub.delivery.models import Brand
from mailhub.delivery.services import brands
from mailhub.web.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Show the brand, and set what is given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", help="what customers know it as")
        parser.add_argument("--postal-address", help=r"put into every letter; \n begins a new line")
        parser.add_argument("--public-url", help='like https://mail.example.org; "" means PUBLIC_URL')
        parser.add_argument("--sender", help='"Name <a@b>", the usual From of its letters')
        self.add_json_flag(parser)

    def run(self, **options: Any) -> None:
        postal_address = options["postal_address"]
        brand = brands.update(
            brands.default(),
            name=options["name"],
            postal_address=None if postal_address is None else postal_address.replace("\\n", "\n"),
            public_url=options["public_url"],
            sender=options["sender"],
        )
        if options["json"]:
            self.print_json(_shown(brand))
        else:
            for label, value in _shown(brand).items():
                lines = value.splitlines() or ["(not set)"]
                self.say("\n".join(f"{label if not at else '':<16}{line}" for at, line in enumerate(lines)))


def _shown(brand: Brand) -> dict[str, str]:
    return {
        "name": brand.name,
        "postal_address": brand.postal_address,
        "public_url": brand.public_url,
        "sender": brands.sender_of(brand),
    }
