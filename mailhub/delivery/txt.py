"""Looks up TXT records."""

from __future__ import annotations

from collections.abc import Callable

import dns.exception
import dns.resolver

# A name in, its TXT records out, each with its strings joined; raises LookupFailed.
Resolver = Callable[[str], list[str]]
SECONDS = 5.0


class LookupFailed(Exception):
    """DNS gave no answer: nothing is known of the name."""


def resolve(name: str) -> list[str]:
    """The TXT records at `name`, none when the name or the records do not exist; waits 5 s at most."""
    try:
        answer = dns.resolver.resolve(f"{name}.", "TXT", lifetime=SECONDS, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return []
    except dns.exception.DNSException as error:
        raise LookupFailed(str(error) or type(error).__name__) from error
    # RFC 7208 section 3.3, RFC 6376 section 3.6.2.2: the strings of one record belong together.
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer.rrset or ()]
