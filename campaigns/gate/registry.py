"""The checks in the order in which they are shown. A new one is one module with `look` and its line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from campaigns.gate import (
    alt_texts,
    authentication,
    brand,
    compiling,
    frequency,
    insecure_images,
    leftovers,
    links,
    lists,
    merge_values,
    newest,
    parameters,
    people,
    preheader,
    reply_to,
    route,
    sender,
    subject,
    suppressed,
    testing,
    text_part,
    unsubscribing,
    warming,
    weight,
)
from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding

Look = Callable[[Facts], Iterable[Finding]]

CHECKS: tuple[Look, ...] = (
    lists.look,
    people.look,
    suppressed.look,
    frequency.look,
    sender.look,
    authentication.look,
    reply_to.look,
    brand.look,
    compiling.look,
    newest.look,
    subject.look,
    preheader.look,
    leftovers.look,
    merge_values.look,
    unsubscribing.look,
    links.look,
    parameters.look,
    insecure_images.look,
    alt_texts.look,
    weight.look,
    text_part.look,
    testing.look,
    route.look,
    warming.look,
)
