"""The queues, each for one purpose, and which worker serves which: work of one kind never delays another."""

from __future__ import annotations

BULK = "bulk"  # campaigns: 200,000 letters take hours
EXPRESS = "express"  # single letters that somebody waits for: confirmations, passwords, tests
EVENTS = "events"  # opens, clicks, and what providers report
IMPORTS = "imports"  # files of people, acts on many contacts, the example shop
REPORTS = "reports"  # counting and exporting
DEFAULT = "default"  # short errands

# By worker, which is also the role of its heartbeat. Long jobs have a worker of their own: two imports at
# once must not keep a confirmation waiting.
SERVED_BY = {
    "bulk": (BULK,),
    "express": (EXPRESS, EVENTS, DEFAULT),
    "jobs": (IMPORTS, REPORTS),
}
ALL = tuple(queue for queues in SERVED_BY.values() for queue in queues)
