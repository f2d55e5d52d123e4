"""Judges what DNS holds against what it should: missing is not wrong, and wrong says why."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailhub.delivery import spf
from mailhub.delivery.lookup import Answer, Ask, LookupFailed, NotAsked
from mailhub.delivery.services.dns_records import DnsRecord, Kind

OK, MISSING, WRONG, UNKNOWN = "ok", "missing", "wrong", "unknown"
# RFC 8301 section 3.2: signers use 1024 bits at least and should use 2048.
FEWEST_BITS, GOOD_BITS = 1024, 2048


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` is ok, missing, wrong or unknown; `sentence` says what is the matter or could be better."""

    state: str
    sentence: str = ""
    found: tuple[str, ...] = ()
    server: str = ""


def judge(kind: Kind, record: DnsRecord, ask: Ask) -> Verdict:
    """What DNS says of `record`; UNKNOWN when it gives no answer, or was not asked."""
    try:
        answer = ask(record.name, record.type)
        verdict = JUDGES[kind](record, answer, ask)
    except NotAsked:
        return Verdict(UNKNOWN, _("It has not been looked up yet."))
    except LookupFailed as error:
        return Verdict(UNKNOWN, _("DNS gave no answer ({reason}). Try again later.").format(reason=error))
    return Verdict(verdict.state, verdict.sentence, verdict.found or answer.values, answer.server)


def dkim(record: DnsRecord, answer: Answer, ask: Ask) -> Verdict:
    """The key of `record` alone at its name (RFC 6376 section 3.6.1)."""
    published = [tags for tags in map(tags_of, answer.values) if "p" in tags]
    if not published:
        return _no_key(record, answer)
    key = tags_of(record.value)["p"]
    if key not in [tags["p"] for tags in published]:
        return Verdict(WRONG, _other_key(record.name, key, published[0]["p"]))
    if len(published) > 1:
        sentence = _("There are {count} DKIM records at {name}; leave only the one with MailHub's key.")
        return Verdict(WRONG, sentence.format(count=len(published), name=record.name))
    if "y" in published[0].get("t", "").split(":"):
        return Verdict(WRONG, _("The DKIM record says t=y, “only testing”: take that out."))
    return Verdict(OK)


def tags_of(record: str) -> dict[str, str]:
    """The tags of a DKIM or DMARC record, white space taken out."""
    return dict(part.partition("=")[::2] for part in "".join(record.split()).split(";"))


def _no_key(record: DnsRecord, answer: Answer) -> Verdict:
    if answer.alias and not answer.values:
        return Verdict(WRONG, _cname(record.name, answer.alias), (f"CNAME {answer.alias}",))
    if answer.values:
        sentence = _("What stands at {name} is no DKIM record: it has no p= with a key.")
        return Verdict(WRONG, sentence.format(name=record.name))
    return Verdict(MISSING, _("There is no DKIM record at {name} yet.").format(name=record.name))


def _other_key(name: str, expected: str, found: str) -> str:
    if not found:
        return _("The DKIM record at {name} has an empty p=: the key is revoked.").format(name=name)
    if expected.startswith(found):
        sentence = _(
            "The DKIM record at {name} is cut off after {count} characters of the key; publish all of it. "
            "If the form takes 255 characters only, give it the value in several pieces."
        )
        return sentence.format(name=name, count=len(found))
    bits = _bits(found)
    if bits and bits < GOOD_BITS:
        sentence = _("The DKIM record at {name} holds another key than MailHub, and one of {bits} bits only.")
        return sentence.format(name=name, bits=bits)
    return _("The DKIM record at {name} holds another key than MailHub.").format(name=name)


def _bits(key: str) -> int:
    """How long an RSA key is; 0 for what is none."""
    try:
        read = load_der_public_key(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return 0
    return read.key_size if isinstance(read, RSAPublicKey) else 0


def sender_policy(record: DnsRecord, answer: Answer, ask: Ask) -> Verdict:
    """One SPF record with at most ten look-ups that allows what `record` allows (RFC 7208)."""
    policies = tuple(value for value in answer.values if spf.is_policy(value))
    if not policies:
        if answer.alias and not answer.values:
            return Verdict(WRONG, _cname(record.name, answer.alias), (f"CNAME {answer.alias}",))
        return Verdict(MISSING, _("There is no SPF record at {name} yet.").format(name=record.name))
    if len(policies) > 1:
        sentence = _("There are {count} SPF records; only one is allowed. Merge them into “{merged}”.")
        merged = spf.merged([*policies, *([] if record.value in policies else [record.value])])
        return Verdict(WRONG, sentence.format(count=len(policies), merged=merged), policies)
    return _policy(record, policies[0], ask)


def _policy(record: DnsRecord, text: str, ask: Ask) -> Verdict:
    policy = spf.read(text, domain=record.name, ask=ask)
    if policy.broken:
        sentence = _("The SPF record has a fault at “{term}”: every check of it fails.")
        return Verdict(WRONG, sentence.format(term=policy.broken), (text,))
    if policy.lookups > spf.MOST_LOOKUPS:
        sentence = _("The SPF record needs {count} look-ups; more than {most} make every check fail.")
        return Verdict(WRONG, sentence.format(count=policy.lookups, most=spf.MOST_LOOKUPS), (text,))
    if lacking := _lacking(record, policy, ask):
        sentence = _("The SPF record does not allow {terms}. Make it “{merged}”.")
        merged = spf.merged([text, record.value])
        return Verdict(WRONG, sentence.format(terms=", ".join(lacking), merged=merged), (text,))
    if "all" in policy.names or "?all" in policy.names:
        return Verdict(OK, _("It lets everybody send: end it with ~all or -all."), (text,))
    return Verdict(OK, found=(text,))


def _lacking(record: DnsRecord, policy: spf.Policy, ask: Ask) -> list[str]:
    """The terms of `record` that the policy neither has nor covers with other words."""
    wanted = [term for term in record.value.split()[1:] if term.lower().startswith(("a:", "ip4:", "ip6:"))]
    lacking = [term for term in wanted if term.lower() not in policy.names]
    # A provider's include: may stand in the place of its servers' names, but not of our own host.
    if policy.includes and len(wanted) > 1:
        lacking = [term for term in lacking if term == wanted[0]]
    return [term for term in lacking if not _covered(term, policy, ask)]


def _covered(term: str, policy: spf.Policy, ask: Ask) -> bool:
    kind, _colon, value = term.partition(":")
    hosts = [*ask(value, "A").values, *ask(value, "AAAA").values] if kind.lower() == "a" else []
    found = hosts if kind.lower() == "a" else [value]
    return bool(found) and all(policy.allows(ip_address(address)) for address in found)


def dmarc(record: DnsRecord, answer: Answer, ask: Ask) -> Verdict:
    """A policy of any strictness at the domain, or at the one above (RFC 7489 section 6.6.3)."""
    found = tuple(value for value in answer.values if value.lower().replace(" ", "").startswith("v=dmarc1"))
    if not found:
        return _inherited(record, ask)
    if len(found) > 1:
        sentence = _("There are {count} DMARC records; with more than one none counts.")
        return Verdict(WRONG, sentence.format(count=len(found)), found)
    policy = tags_of(found[0]).get("p", "").lower()
    if policy not in ("none", "quarantine", "reject"):
        sentence = _("The DMARC record has no policy: it needs p=none, p=quarantine or p=reject.")
        return Verdict(WRONG, sentence, found)
    return Verdict(OK, _strictness(policy), found)


def _inherited(record: DnsRecord, ask: Ask) -> Verdict:
    above = record.name.removeprefix("_dmarc.").partition(".")[2]
    if "." in above:
        for value in ask(f"_dmarc.{above}", "TXT").values:
            policy = tags_of(value).get("sp") or tags_of(value).get("p", "")
            if value.lower().startswith("v=dmarc1") and policy.lower() in ("none", "quarantine", "reject"):
                sentence = _("The policy of {domain} holds for it.").format(domain=above)
                return Verdict(OK, f"{sentence} {_strictness(policy.lower())}".strip(), (value,))
    return Verdict(MISSING, _("There is no DMARC record at {name} yet.").format(name=record.name))


def _strictness(policy: str) -> str:
    return _("DMARC still lets forgeries through (p=none).") if policy == "none" else ""


def host(record: DnsRecord, answer: Answer, ask: Ask) -> Verdict:
    """A name that leads to our host: by MX, CNAME or address, as `record` says."""
    wanted = record.value.lower()
    found = tuple(value.lower() for value in answer.values)
    if wanted in found:
        extra = len(found) - 1
        if record.type == "MX" and extra:
            sentence = ngettext(
                "Another server takes mail there too; bounces may go to it.",
                "{count} other servers take mail there too; bounces may go to them.",
                extra,
            )
            return Verdict(WRONG, sentence.format(count=extra), answer.values)
        return Verdict(OK, found=answer.values)
    if record.type == "MX" and [value.split()[-1] for value in found] == [wanted.split()[-1]]:
        return Verdict(OK, found=answer.values)
    return _elsewhere(record, answer, ask)


def _elsewhere(record: DnsRecord, answer: Answer, ask: Ask) -> Verdict:
    if record.type == "CNAME":
        return _by_address(record, ask)
    if record.type == "MX" and answer.alias:
        return Verdict(WRONG, _cname(record.name, answer.alias), (f"CNAME {answer.alias}",))
    if answer.values:
        sentence = _("{name} leads somewhere else than to MailHub.")
        return Verdict(WRONG, sentence.format(name=record.name), answer.values)
    sentence = _("There is no {type} record at {name} yet.")
    return Verdict(MISSING, sentence.format(type=record.type, name=record.name))


def _by_address(record: DnsRecord, ask: Ask) -> Verdict:
    """Without the wanted CNAME, address records that lead to the same machine do as well."""
    here = {*ask(record.name, "A").values, *ask(record.name, "AAAA").values}
    alias = ask(record.name, "A").alias or ask(record.name, "CNAME").alias
    cname = ask(record.name, "CNAME").values
    if here and here <= {*ask(record.value, "A").values, *ask(record.value, "AAAA").values}:
        return Verdict(OK, found=tuple(sorted(here)))
    if here or cname or alias:
        sentence = _("{name} leads somewhere else than to MailHub.").format(name=record.name)
        return Verdict(WRONG, sentence, cname or tuple(sorted(here)))
    return Verdict(MISSING, _("There is no CNAME record at {name} yet.").format(name=record.name))


def _cname(name: str, alias: str) -> str:
    sentence = _("A CNAME to {alias} stands at {name}; no other record can stand beside it. Remove it.")
    return sentence.format(alias=alias, name=name)


JUDGES: dict[Kind, Callable[[DnsRecord, Answer, Ask], Verdict]] = {
    Kind.DKIM: dkim,
    Kind.RETIRED_DKIM: dkim,
    Kind.RETURN_SPF: sender_policy,
    Kind.SPF: sender_policy,
    Kind.DMARC: dmarc,
    Kind.RETURN_PATH: host,
    Kind.TRACKING: host,
}
