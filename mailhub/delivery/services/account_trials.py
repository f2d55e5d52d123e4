"""Tries an account at a provider out with one letter, for nothing less tells whether it may send."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mailhub.delivery.contracts import Envelope, Verdict
from mailhub.delivery.transports.anymail.account import Account

# A person waits at the page for this: seconds to connect, and for the answer.
PATIENCE = (5.0, 20.0)


def hand_over(account: Account, letter: Envelope) -> tuple[list[tuple[str, str]], str]:
    """What was done and said (side and text), and the sentence that says what failed ("" for nothing)."""
    # On use: a web process need not carry the HTTP libraries for it.
    from mailhub.delivery.transports.anymail.transport import AnymailTransport

    transport = AnymailTransport(account, timeout=PATIENCE)
    name = transport.provider.label
    lines = [("us", _("One letter to {to}, through {name}").format(to=letter.rcpt_to, name=name))]
    try:
        result = transport.send([letter])
    finally:
        transport.close()
    if result.route_error or not result.outcomes:
        return lines, result.route_error or _("MailHub is being stopped; try again.")
    outcome = result.outcomes[0]
    lines.append(("server", outcome.reply))
    if outcome.verdict is not Verdict.ACCEPTED:
        return lines, outcome.reply
    lines.append(
        ("note", _("{name} took the letter, and calls it {id}.").format(name=name, id=outcome.reply))
    )
    return lines, ""
