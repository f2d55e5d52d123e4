"""How long the thread that talks to servers waits for its turn while another one composes.

Python's lock changes hands after an interval, or when its holder waits for something. On a network a reply that
is heard 5 ms late keeps a connection idle for as long: with 25 ms a round trip a shorter interval sends an eighth
more. Where servers answer at once the processor is what is short, and changing hands more often costs a tenth of
it (docs/performance.md).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

USUAL, SHORT = 0.005, 0.000_5
# Whoever answers no letter quicker than this (seconds) is some way off.
FAR = 0.005


def adapt(quickest: Iterable[float]) -> None:
    """`quickest`: what the quickest answers to whole letters took lately, in seconds, one for each server heard."""
    heard = min(quickest, default=None)
    if heard is not None:
        sys.setswitchinterval(SHORT if heard > FAR else USUAL)
