"""What the words of other products say about whether a person may be mailed (rules 2.4)."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from contacts.importing import vocabulary


class Standing(IntEnum):
    """Where a row puts its person; the higher number is the stricter, and of several the strictest wins."""

    SUBSCRIBED = 0
    NEVER = 1
    UNSUBSCRIBED = 2
    MANUAL = 3
    INVALID = 4
    HARD_BOUNCE = 5
    COMPLAINT = 6

    @property
    def suppresses(self) -> bool:
        return self >= Standing.MANUAL

    @property
    def reason(self) -> str:
        """The reason word of delivery's suppression."""
        return self.name.lower()


WORDS: dict[Standing, tuple[str, ...]] = {
    Standing.SUBSCRIBED: vocabulary.words(
        "subscribed, subscriber, active, enabled, confirmed, opted in, opt in, optin, optedin, aktiv, "
        "angemeldet, abonniert, bestätigt, 已订阅, 订阅, 正常, 活跃, abonné, actif, activo, suscrito, "
        "iscritto, attivo, actief"
    ),
    Standing.NEVER: vocabulary.words(
        "never subscribed, neversubscribed, never, nonsubscribed, non subscribed, not subscribed, "
        "non subscriber, pending, unconfirmed, not confirmed, waiting, transactional, archived, none, "
        "no consent, unknown, new, removed, deleted, not opted in, unbestätigt, ausstehend, "
        "nie angemeldet, 未订阅, 未确认, 待确认"
    ),
    Standing.UNSUBSCRIBED: vocabulary.words(
        "unsubscribed, unsubscribe, unsub, opted out, opt out, optout, optedout, disabled, inactive, "
        "user unsubscribed, do not contact, do not email, dnc, revoked, withdrawn, left, abgemeldet, "
        "ausgetragen, inaktiv, deaktiviert, 已退订, 退订, 取消订阅, désabonné, désinscrit, inactif, "
        "dado de baja, baja, cancelado, disiscritto, uitgeschreven"
    ),
    Standing.MANUAL: vocabulary.words(
        "suppressed, user suppressed, manually suppressed, manual, blocklisted, blocklist, blacklisted, "
        "blacklist, blocked, banned, gesperrt, blockiert, 黑名单, 已屏蔽"
    ),
    Standing.INVALID: vocabulary.words("invalid, invalid email, invalid address, ungültig, 无效"),
    Standing.HARD_BOUNCE: vocabulary.words(
        "cleaned, bounced, bounce, hard bounce, hard bounced, hardbounce, hardbounced, undeliverable, "
        "undelivered, unreachable, permanent bounce, unzustellbar, 退信, 已退信, 硬退信"
    ),
    Standing.COMPLAINT: vocabulary.words(
        "complained, complaint, complainer, spam, spam complaint, spam complained, marked as spam, "
        "spam reported, spammed, abuse, abuse complaint, junk, beschwerde, 投诉, 垃圾邮件"
    ),
}
BY_WORD = {word: standing for standing, words in WORDS.items() for word in words}

YES = frozenset(
    vocabulary.words("yes, y, true, t, 1, on, x, ✓, ja, wahr, oui, si, sí, 是, 有, email, granted, given")
)
NO = frozenset(
    vocabulary.words(
        "no, n, false, f, 0, off, nein, falsch, non, 否, 无, null, nil, none, n/a, na, -, [], {}"
    )
) | {""}
MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}([ t]\d{2}:\d{2}.*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}( .*)?|\d{10}|\d{13}"
)
# A bounce that says nothing of the next letter.
PASSING = re.compile(r"\b(soft|transient|temporary)")
ITEM = re.compile(r"[^\[\]{}()'\",;|]+")


@lru_cache(maxsize=1024)
def of_word(text: str) -> Standing | None:
    """What a status column says; an empty cell promises no consent. None: the word is not known."""
    return BY_WORD.get(vocabulary.simplify(text)) if text.strip() else Standing.NEVER


@lru_cache(maxsize=1024)
def of_consent(text: str) -> Standing | None:
    """What a column that says yes to mail says: yes, the moment of the yes, or a status word."""
    plain = text.strip().casefold()
    if plain in NO:
        return Standing.NEVER
    if plain in YES or MOMENT.fullmatch(plain):
        return Standing.SUBSCRIBED
    return _strictest(text)


def of_withdrawal(text: str, *, otherwise: Standing) -> Standing | None:
    """What a column that says no to mail says: None when it is empty or denies it."""
    plain = text.strip().casefold()
    if plain in NO or (otherwise == Standing.HARD_BOUNCE and PASSING.search(plain)):
        return None
    return max(_strictest(text) or otherwise, Standing.UNSUBSCRIBED)


@lru_cache(maxsize=1024)
def says_left(text: str) -> bool:
    """Whether one of the words is that the person left, beside whatever stricter one."""
    items = map(vocabulary.simplify, ITEM.findall(text))
    return any(BY_WORD.get(item) == Standing.UNSUBSCRIBED for item in items)


def _strictest(text: str) -> Standing | None:
    """The strictest known word of a list such as `['USER_SUPPRESSED', 'HARD_BOUNCE']`.

    One unknown word beside known ones takes the yes away, never the no.
    """
    items = [item for item in ITEM.findall(text) if item.strip()]
    found = [BY_WORD.get(vocabulary.simplify(item), _yes_or_unknown(item)) for item in items]
    known = [standing for standing in found if standing is not None]
    if not known or (len(known) < len(found) and max(known) == Standing.SUBSCRIBED):
        return None
    return max(known)


def _yes_or_unknown(item: str) -> Standing | None:
    return Standing.SUBSCRIBED if item.strip().casefold() in YES else None
