"""`manage.py domain_records DOMAIN`: makes the sending domain, prints what to publish, checks what is."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from mailhub.delivery.models import SendingDomain
from mailhub.delivery.services import brands, dns_checks, dns_records, domains
from mailhub.delivery.services.dns_checks import Finding, Report
from mailhub.delivery.services.dns_records import DnsRecord
from mailhub.web.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Make a sending domain with its DKIM key when it is new, and print what to publish in DNS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("domain", help="like example.org")
        parser.add_argument(
            "--check",
            action="store_true",
            help="look the records up and say of each whether it is ok, missing or wrong; "
            "exit status 1 when one is not ok",
        )
        self.add_json_flag(parser)

    def run(self, **options: Any) -> None:
        domain, created = domains.get_or_create(options["domain"], brands.default())
        if created:
            self.note(f"{domain.name} is a new sending domain; its DKIM key was made.")
        self._note_stand_in(domain)
        if options["check"]:
            self._check(domain, as_json=options["json"])
            return
        records = dns_records.records(domain)
        if options["json"]:
            self.print_json([asdict(record) for record in records])
        else:
            self.say(_table(records))

    def _note_stand_in(self, domain: SendingDomain) -> None:
        if (host := dns_records.stand_in_host(domain)) == dns_records.public_host(domain):
            self.note(
                f"PUBLIC_URL has no public host name yet; {host} stands in for it. "
                "Set PUBLIC_URL and run this again, or give that name this machine's address."
            )

    def _check(self, domain: SendingDomain, *, as_json: bool) -> None:
        report = dns_checks.check(domain)
        if as_json:
            self.print_json([_facts(finding) for finding in report.findings])
        else:
            self.say(_findings(report))
        if not report.is_complete:
            sys.exit(1)


def _table(records: list[DnsRecord]) -> str:
    """Aligned columns, the value last on its line so that it can be copied whole."""
    width = max(len(record.name) for record in records)
    rows = [f"{'TYPE':<6}{'NAME':<{width + 2}}VALUE"]
    rows += [
        f"\n# {record.purpose}\n{record.type:<6}{record.name:<{width + 2}}{record.value}"
        for record in records
    ]
    return "\n".join(rows)


def _facts(finding: Finding) -> dict[str, Any]:
    verdict = finding.verdict
    return {
        **asdict(finding.record),
        "state": verdict.state,
        "found": list(verdict.found),
        "problem": verdict.sentence,
    }


def _findings(report: Report) -> str:
    """The head in words, then a block for each record: its state, what is to be there, what is."""
    return "\n".join([report.head, *(_block(finding) for finding in report.findings)])


def _block(finding: Finding) -> str:
    record, verdict = finding.record, finding.verdict
    rows = [f"\n{verdict.state:<9}{record.type:<6}{record.name}"]
    rows += [f"         {verdict.sentence}"] if verdict.sentence else []
    rows += [f"         expected  {record.value}"]
    rows += [f"         found     {value}" for value in verdict.found or ("nothing",)]
    return "\n".join(rows)
