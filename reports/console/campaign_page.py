"""Writes a campaign's report as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

BASES = {"opens.human.unique": "who opened", "sent + failed": "tried"}
GRADES = ("human", "machine", "unknown", "all")


def write(report: dict[str, Any]) -> str:
    """`report` is what selectors.campaign_report gives; the answer ends without a line break."""
    parts = [
        _head(report),
        _balance(report),
        _table(["", *(f"{grade}" for grade in GRADES)], _engagement(report)),
        _rates(report["rates"]),
        f"Unsubscribes {report['unsubscribes']:,}, complaints {report['complaints']:,}, "
        f"bounces {report['bounces']:,}",
        _table(["link", "human", "machine", "unknown"], _links(report["links"])),
        _table(["domain", "planned", "sent", "failed", "opened", "clicked"], _domains(report["domains"])),
    ]
    return "\n\n".join(part for part in parts if part)


def _head(report: dict[str, Any]) -> str:
    launched = f", launched {report['launched_at']}" if report["launched_at"] else ""
    took = f", {report['seconds']:,.1f} s" if report["seconds"] is not None else ""
    why = f"\n{report['pause_reason']}" if report["pause_reason"] else ""
    return f"Campaign {report['id']} “{report['name']}” is {report['state']}{launched}{took}{why}"


def _balance(report: dict[str, Any]) -> str:
    planned, *rest = report["balance"].items()
    total = f"{planned[1]:,} planned = " + " + ".join(f"{count:,} {word}" for word, count in rest)
    reasons = [f"  {row['count']:,} {row['state']}: {row['reason']}" for row in report["reasons"]]
    return "\n".join([total, *reasons])


def _engagement(report: dict[str, Any]) -> Iterable[list[str]]:
    for kind in ("opens", "clicks"):
        yield [kind, *(_count(report[kind][grade]) for grade in GRADES)]


def _links(links: Sequence[dict[str, Any]]) -> Iterable[list[str]]:
    for link in links:
        yield [link["address"], *(_count(link[grade]) for grade in GRADES if grade != "all")]


def _domains(domains: Sequence[dict[str, Any]]) -> Iterable[list[str]]:
    for row in domains:
        counts = (row[name] for name in ("planned", "sent", "failed", "opened", "clicked"))
        yield [row["domain"], *(f"{count:,}" for count in counts)]


def _count(figures: dict[str, int]) -> str:
    return f"{figures['unique']:,} unique, {figures['total']:,} total"


def _rates(rates: dict[str, dict[str, Any]]) -> str:
    lines = []
    for name, rate in rates.items():
        value = "–" if rate["value"] is None else f"{rate['value']:.1%}"
        of = BASES.get(rate["of"], rate["of"])
        lines.append(f"{name.replace('_', ' ')} rate {value}: {rate['count']:,} of {rate['base']:,} {of}")
    return "\n".join(lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; nothing when there are no rows."""
    body = list(rows)
    if not body:
        return ""
    widths = [max(len(row[column]) for row in [head, *body]) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *body]
    )
