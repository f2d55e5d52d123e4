"""What screens say of letters in doubt: why they are, what an act on them follows, and that it is done."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailhub.web.templatetags.ui import count


def why(reason: str) -> str:
    """Why nobody knows whether a letter arrived."""
    if reason == "sender_vanished":
        return _("the sending process died while the letter was on its way")
    return _("the server took the letter, and its answer got lost")


def question(act: str, number: int, *, single: bool = False) -> dict[str, str]:
    """What the question says: its heading, what follows from it, and the button; `single` letters are no
    marketing."""
    shown = {"count": count(number)}
    if act == "mark-sent":
        button = ngettext("Mark %(count)s letter as sent", "Mark %(count)s letters as sent", number) % shown
        text = _("They count as sent from then on. Who did not get the letter will not get it.")
        return {"heading": f"{button}?", "button": button, "text": text}
    if act == "give-up":
        button = ngettext(
            "Mark %(count)s letter as not arrived", "Mark %(count)s letters as not arrived", number
        )
        text = _(
            "They count as failed from then on, and are not sent again. Some may have arrived all the same."
        )
        return {"heading": f"{button % shown}?", "button": button % shown, "text": text}
    button = ngettext("Send %(count)s letter again", "Send %(count)s letters again", number) % shown
    if single:
        text = _(
            "Who has got the letter already may get it twice; the Message-ID is the same, by which some mail "
            "programs show it once. A link in it may have run out meanwhile."
        )
    else:
        text = _(
            "Who has got the letter already may get it twice; the Message-ID is the same, by which some mail "
            "programs show it once. Who has unsubscribed meanwhile does not get it."
        )
    return {"heading": f"{button}?", "button": button, "text": text}


def done(act: str, settled: int) -> str:
    """What is said afterwards."""
    shown = {"count": count(settled)}
    if act == "mark-sent":
        text = ngettext(
            "%(count)s letter is marked as sent.", "%(count)s letters are marked as sent.", settled
        )
    elif act == "give-up":
        text = ngettext(
            "%(count)s letter is marked as not arrived.",
            "%(count)s letters are marked as not arrived.",
            settled,
        )
    else:
        text = ngettext("%(count)s letter is sent again.", "%(count)s letters are sent again.", settled)
    return text % shown
