"""Verifies the DKIM signature of a letter of ours with the keys that MailHub holds, without DNS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr

import dkim as reference
from django.utils.translation import gettext as _

from mailhub.delivery.models import DkimKey
from mailhub.lib import addresses

PASS, FAIL, NONE = "pass", "fail", "none"
_HEAD = re.compile(rb"\r?\n\r?\n")
_FIELD_ENDS = re.compile(rb"\r?\n(?![ \t])")


@dataclass(frozen=True, slots=True)
class Signature:
    """`state` is pass, fail or none; `sentence` says why."""

    state: str
    sentence: str
    domain: str = ""
    selector: str = ""
    signed: tuple[str, ...] = ()


def verify(raw: bytes, *, keys: dict[tuple[str, str], str] | None = None) -> Signature:
    """What a receiver would find, were the key of our database what DNS shows.

    `keys` are public keys by (selector, domain); by default they are asked for.
    """
    fields = _fields(raw)
    if "dkim-signature" not in fields:
        return Signature(NONE, _("Not signed: MailHub holds no key for the sender's domain."))
    tags = _tags(fields["dkim-signature"])
    domain, selector = tags.get("d", "").lower(), tags.get("s", "")
    key = (keys if keys is not None else known([(selector, domain)])).get((selector, domain), "")
    signed = tuple(dict.fromkeys(name for name in tags.get("h", "").split(":") if name))
    state, sentence = _judge(raw, domain, selector, key, fields.get("from", ""))
    return Signature(state, sentence, domain, selector, signed)


def known(wanted: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The public keys of (selector, domain) pairs, as far as MailHub holds them."""
    domains = {domain for _selector, domain in wanted}
    found = DkimKey.objects.filter(domain__name__in=domains).select_related("domain")
    return {(key.selector, key.domain.name): key.public_key for key in found}


def named_in(raw: bytes) -> tuple[str, str]:
    """The (selector, domain) that a letter says it is signed with; empty when it is not."""
    tags = _tags(_fields(raw).get("dkim-signature", ""))
    return tags.get("s", ""), tags.get("d", "").lower()


def _judge(raw: bytes, domain: str, selector: str, key: str, sender: str) -> tuple[str, str]:
    if not key:
        sentence = _("Signed by {domain} with the key {selector}, which MailHub does not hold any more.")
        return FAIL, sentence.format(domain=domain, selector=selector)
    record = f"v=DKIM1; k=rsa; p={key}".encode()
    try:
        good = reference.DKIM(raw).verify(dnsfunc=lambda name, timeout=5: record)
    except reference.DKIMException as error:
        return FAIL, _("The signature does not verify: {reason}.").format(reason=error)
    if not good:
        return FAIL, _("A signed header was changed after signing.")
    if addresses.domain_of(parseaddr(sender)[1]) != domain:
        sentence = _("The signature of {domain} verifies, but the letter is from another domain.")
        return PASS, sentence.format(domain=domain)
    sentence = _("The signature of {domain} verifies, and it is the sender's own domain.")
    return PASS, sentence.format(domain=domain)


def _fields(raw: bytes) -> dict[str, str]:
    """The first of each header field, unfolded."""
    head = _HEAD.split(raw, maxsplit=1)[0]
    found: dict[str, str] = {}
    for line in _FIELD_ENDS.split(head):
        name, _colon, value = line.partition(b":")
        text = re.sub(r"\r?\n[ \t]+", " ", value.decode("utf-8", "replace")).strip()
        found.setdefault(name.decode("ascii", "replace").strip().lower(), text)
    return found


def _tags(text: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in "".join(text.split()).split(";"))
