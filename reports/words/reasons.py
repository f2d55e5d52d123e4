"""The ledger's states and reasons, and why people left, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

STATES: dict[str, Text] = {
    "sent": _("sent"),
    "failed": _("failed"),
    "skipped": _("left out"),
    "uncertain": _("uncertain"),
    "cancelled": _("cancelled"),
    "queued": _("waiting"),
    "claimed": _("on its way"),
    "deferred": _("put off, tried again"),
}
# Who or what the colour of a state's segment stands for; see components.css.
COLOURS = {
    "sent": "ok",
    "failed": "bad",
    "skipped": "neutral",
    "uncertain": "warn",
    "cancelled": "neutral",
    "queued": "info",
}
REASONS: dict[str, Text] = {
    "suppressed": _("The address is on the do-not-mail list."),
    "unsubscribed": _("The person had left the list by then."),
    "consent_expired": _("The consent had run out."),
    "capped": _("The person had another letter a short while before."),
    "too_late": _("It would have come too late."),
    "contact_gone": _("The contact was deleted."),
    "address_changed": _("The contact has another address by now."),
    "list_gone": _("The list was deleted."),
    "stopped": _("The campaign was stopped first."),
    "bounced": _("The mailbox does not exist."),
    "refused": _("The receiving server refused the letter."),
    "gave_up": _("The receiving server kept putting it off; MailHub gave up."),
    "no_answer": _("The server did not say whether it took the letter."),
    "sender_vanished": _("The sending process died while the letter was on its way."),
    "marked_sent": _("Nobody knew whether it arrived; somebody marked it as sent."),
    "marked_lost": _("Nobody knew whether it arrived; somebody marked it as not arrived."),
    "sent_again": _("Nobody knew whether it arrived; somebody sends it again."),
    "cannot_render": _("The letter could not be written with this person's data."),
    "deferred": _("The receiving server asked to try again later."),
    "route": _("The mail server could not be reached; it is tried again."),
    "not_before": _("Its moment has not come yet."),
    "example_person": _("Example data is never really mailed."),
}
LEAVING: dict[str, Text] = {
    "too_many": _("Too many letters"),
    "not_for_me": _("Not what they were looking for"),
    "never_asked": _("They never asked for it"),
    "other": _("Something else"),
    "": _("In their own words"),
}


def of_state(state: str, *, is_captured: bool = False) -> Text:
    """`is_captured`: what counts as sent has left for nobody."""
    if state == "sent" and is_captured:
        return _("captured")
    return STATES.get(state, state)


def of(reason: str) -> Text:
    """A sentence; the ledger's own word where there is none."""
    return REASONS.get(reason, reason.replace("_", " ")) if reason else _("No reason is recorded.")


def of_leaving(reason: str) -> Text:
    return LEAVING.get(reason, reason.replace("_", " "))
