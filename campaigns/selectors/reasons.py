"""Why letters did not leave, or not yet, in words."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailhub.delivery import doubt_words
from mailhub.delivery.selectors import limits

SKIPPED: dict[str, str | Promise] = {
    "suppressed": gettext_lazy("suppressed: bounced, complained or blocked before"),
    "unsubscribed": gettext_lazy("left the list"),
    "paused": gettext_lazy("asked for a pause"),
    "frequency": gettext_lazy("want at most one letter a week, and had one"),
    "capped": gettext_lazy("had another letter a short while ago"),
    "consent_expired": gettext_lazy("their consent has run out"),
    "contact_gone": gettext_lazy("deleted since the launch"),
    "address_changed": gettext_lazy("have another address since the launch"),
    "list_gone": gettext_lazy("the list was deleted"),
    "too_late": gettext_lazy("the time for this letter has passed"),
    "unknown_recipient": gettext_lazy("not known any more"),
    "example_person": gettext_lazy("example data, which is never mailed in earnest"),
}
FAILED: dict[str, str | Promise] = {
    "bounced": gettext_lazy("the mailbox does not exist"),
    "refused": gettext_lazy("the server refused the letter"),
    "gave_up": gettext_lazy("the server put us off until it was too late"),
    "marked_lost": gettext_lazy("marked as not arrived by somebody: nobody knew"),
    "cannot_render": gettext_lazy("the letter could not be written for them"),
}
# Enhanced status codes of RFC 3463, as far as people meet them; the class before the first point is left out.
ENHANCED: dict[str, str | Promise] = {
    "1.1": gettext_lazy("the mailbox does not exist"),
    "1.2": gettext_lazy("the domain does not exist"),
    "1.10": gettext_lazy("the domain takes no mail"),
    "2.1": gettext_lazy("the mailbox is closed"),
    "2.2": gettext_lazy("the mailbox is full"),
    "3.4": gettext_lazy("the letter is too big for the server"),
    "4.1": gettext_lazy("the server does not answer"),
    "4.2": gettext_lazy("the connection broke off"),
    "7.0": gettext_lazy("the server does not trust us enough"),
    "7.1": gettext_lazy("refused by the server's rules"),
    "7.26": gettext_lazy("SPF or DKIM did not pass"),
    "7.28": gettext_lazy("too many letters at a time for this server"),
}
REPLY: dict[str, str | Promise] = {
    "421": gettext_lazy("the server is busy or slows us down"),
    "450": gettext_lazy("the mailbox cannot be reached just now"),
    "451": gettext_lazy("the server asks us to try again later"),
    "452": gettext_lazy("the server has no room just now"),
    "550": gettext_lazy("the server refused the letter"),
    "554": gettext_lazy("the server refused the letter"),
}
CODES = re.compile(r"(?P<code>[245]\d\d)?[ -]?(?:[245]\.(?P<enhanced>\d{1,3}\.\d{1,3}))?")


def words(state: str, reason: str, reply: str = "") -> str:
    """Why a row is in its state, such as “the mailbox is full (4.2.2)”."""
    if state == "skipped":
        return str(SKIPPED.get(reason, reason.replace("_", " ")))
    if state == "uncertain":
        return doubt_words.why(reason)
    if reason == "not_before":
        return _("wait for their own time")
    if reason in limits.WORDS:
        return str(limits.WORDS[reason])
    found = CODES.match(reply)
    code, enhanced = (found["code"] or "", found["enhanced"] or "") if found else ("", "")
    meaning = ENHANCED.get(enhanced) or REPLY.get(code) or FAILED.get(reason)
    said = " ".join(part for part in (code, enhanced and f"{code[:1] or '5'}.{enhanced}") if part)
    if meaning is None:
        meaning = _("to be tried again") if state == "deferred" else reason.replace("_", " ")
    return f"{meaning} ({said})" if said else str(meaning)


def codes(reply: str) -> str:
    """The codes alone, by which replies of one kind are put together."""
    found = CODES.match(reply)
    return f"{found['code'] or ''} {found['enhanced'] or ''}".strip() if found else ""
