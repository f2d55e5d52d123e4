"""`manage.py domain_records DOMAIN`: makes the sending domain and prints what to publish in DNS."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from mailhub.delivery.services import brands, dns_records, domains
from mailhub.delivery.services.dns_records import DnsRecord
from mailhub.web.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Make a sending domain with its DKIM key when it is new, and print what to publish in DNS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("domain", help="like example.org")
        self.add_json_flag(parser)

    def run(self, **options: Any) -> None:
        domain, created = domains.get_or_create(options["domain"], brands.default())
        records = dns_records.records(domain)
        if created:
            self.note(f"{domain.name} is a new sending domain; its DKIM key was made.")
        if (host := dns_records.stand_in_host(domain)) == dns_records.public_host(domain):
            self.note(
                f"PUBLIC_URL has no public host name yet; {host} stands in for it. "
                "Set PUBLIC_URL and run this again, or give that name this machine's address."
            )
        if options["json"]:
            self.print_json([asdict(record) for record in records])
        else:
            self.say(_table(records))


def _table(records: list[DnsRecord]) -> str:
    """Aligned columns, the value last on its line so that it can be copied whole."""
    width = max(len(record.name) for record in records)
    rows = [f"{'TYPE':<6}{'NAME':<{width + 2}}VALUE"]
    rows += [
        f"\n# {record.purpose}\n{record.type:<6}{record.name:<{width + 2}}{record.value}"
        for record in records
    ]
    return "\n".join(rows)
