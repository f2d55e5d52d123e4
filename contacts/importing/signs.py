"""Finds the columns that say who may be mailed under names that nobody has listed (rules 2.4).

Somebody who has opted out must not be mailed because another product calls its column differently. Both the
name and the cells have to speak for it: `Order status` with `shipped` in it is data like any other.
"""

from __future__ import annotations

import re
from functools import lru_cache

from contacts.importing import statuses, vocabulary
from contacts.importing.mapping import Role
from contacts.importing.statuses import Standing

# What a name speaks of. All names are simplified (`vocabulary.simplify`).
MAIL = re.compile(
    r"\be ?mail|newsletter|marketing|mailing|subscri|\babo(nn|\b|status)|suscripci|邮件|邮箱|订阅|訂閱|電郵"
)
STATUS = re.compile(r"status|\bstatut\b|\bestado\b|\bstato\b|状态|狀態")
CONSENT = re.compile(
    r"\bconsent|\bopt(ed)? ?in\b|\bsubscribed\b|\baccepts\b.*\b(mail|marketing)|einwillig|zustimm|werbeerlaubnis"
    r"|\babonniert|consentimiento|同意"
)
WITHDRAWALS = {
    Standing.UNSUBSCRIBED: re.compile(
        r"\bunsub|\bopt(ed|s)? ?out\b|\b(do not|don t|never) (e ?mail|mail|contact|send)\b"
        r"|^no (e ?mails?|marketing|newsletters?)\b|abgemeldet|abmelde|ausgetragen|\bwiderrufen"
        r"|(mail|werbe|kontakt)sperre|keine (e ?mails?|werbung|newsletter)|d[ée]sabonn|d[ée]sinscri"
        r"|ne pas (contacter|envoyer)|\bde baja\b|\bno (contactar|enviar)\b|退订|退訂|取消订阅|取消訂閱"
    ),
    Standing.MANUAL: re.compile(
        r"\bsuppress(ed|ion)|(black|block|deny) ?list|sperrliste|gesperrt|lista negra|liste noire|黑名单|黑名單"
    ),
    Standing.INVALID: re.compile(
        r"\b(invalid|bad) e ?mail|\bmail invalid|ungültige e ?mail|邮箱无效|无效邮箱"
    ),
    Standing.HARD_BOUNCE: re.compile(r"\b(hard ?)?bounced?\b|undeliverable|unzustellbar|退信"),
    Standing.COMPLAINT: re.compile(r"\b(spam|abuse|mail) (complain|report)|\bmarked as spam|垃圾邮件投诉"),
}
# Figures and addresses about leaving, and channels that are not ours.
ABOUT = re.compile(
    r"\b(rate|ratio|percent|percentage|quote|counts?|number|total|anzahl|url|link|token|hash|soft|score|page|days"
    r"|text|version|emails bounced|ip)\b|link\b|quote\b|rate\b"
)
OTHER_CHANNEL = re.compile(
    r"\b(sms|whats ?app|push|phone|calls?|telefon|anrufe?|fax|postal|viber|cookies?|tracking|photos?|fotos?|videos?"
    r"|sell|sale|sharing|terms|agb)\b|短信|电话|電話"
)
OUR_CHANNEL = re.compile(r"\be ?mail|邮件|邮箱")
# Cells of such a column give a reason, in any words.
REASON = re.compile(
    r"\b(reasons?|grund|motivo?|raison|cause|source|method|type|code|category|description|message|comment)\b"
    r"|grund\b|原因"
)
NUMBER = re.compile(r"-?\d+([.,]\d+)?%?")
DATE = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?([ t].*)?|[a-z]{3,9}\.? \d{1,2},? \d{4}\b.*"
    r"|\d{1,2}\.? [a-z]{3,9}\.? \d{4}\b.*"
)
# Restrictive words that are also said of orders, rooms and accounts.
AMBIGUOUS = frozenset(
    vocabulary.words(
        "never, pending, unconfirmed, not confirmed, waiting, transactional, archived, none, unknown, new, "
        "removed, deleted, ausstehend, unbestätigt, 未确认, 待确认, disabled, inactive, revoked, withdrawn, left, "
        "inaktiv, deaktiviert, inactif, baja, cancelado, manual, blocked, banned, gesperrt, blockiert, invalid, "
        "ungültig, 无效, cleaned, bounce, undelivered, unreachable, spam, spammed, abuse, junk, beschwerde, 投诉, "
        "complaint"
    )
)
BOUNCES = frozenset(vocabulary.words("hard, permanent, soft, transient, temporary"))


class Signs:
    """What one column of an unlisted name shows. `open` until its cells have proved it to be data."""

    def __init__(self, header: str) -> None:
        name = vocabulary.simplify(header)
        other_channel = bool(OTHER_CHANNEL.search(name) and not OUR_CHANNEL.search(name))
        ours = not other_channel and not ABOUT.search(name)
        self._withdrawal = next((it for it, sign in WITHDRAWALS.items() if ours and sign.search(name)), None)
        self._consent = bool(ours and CONSENT.search(name))
        self._status = bool(ours and STATUS.search(name))
        self._mail = bool(MAIL.search(name))
        self._reason = bool(REASON.search(name))
        self._named = self._withdrawal is not None or self._consent or self._status
        self._filled = self._words = self._flags = self._moments = 0
        self._telling = False
        self.open = not other_channel

    def show(self, text: str) -> None:
        """Take one cell without blanks around it into account."""
        if not text or not self.open:
            return
        word, telling, flag, moment, figure = _look(text)
        self._filled += 1
        self._words += word
        self._flags += flag or (self._withdrawal == Standing.HARD_BOUNCE and text.casefold() in BOUNCES)
        self._moments += moment
        self._telling = self._telling or telling
        # A figure counts something; and without a name that speaks for it every word has to.
        self.open = not figure and (self._named or word)

    def verdict(self) -> tuple[Role, str] | None:
        """(role, target) of a column that says who may be mailed; None when it is data."""
        if not self.open:
            return None
        if self._withdrawal is not None and not (self._consent or self._status):
            return self._withdrawn()
        if self._most(self._words) and self._filled and (self._telling or (self._status and self._mail)):
            return Role.STATUS if self._status and not self._withdrawal else Role.REMARK, ""
        if self._withdrawal is not None and not self._consent:
            return self._withdrawn()
        if self._consent and self._filled and self._moments == self._filled:
            return Role.CONSENTED_AT, ""
        if (self._consent or (self._status and self._mail)) and not self._withdrawal:
            return (Role.CONSENT, "") if self._most(self._words + self._flags + self._moments) else None
        return None

    def _withdrawn(self) -> tuple[Role, str] | None:
        assert self._withdrawal is not None
        if self._reason or self._most(self._words + self._flags + self._moments):
            return Role.WITHDRAWAL, self._withdrawal.name.lower()
        return None

    def _most(self, count: int) -> bool:
        return 2 * count >= self._filled


@lru_cache(maxsize=4096)
def _look(text: str) -> tuple[bool, bool, bool, bool, bool]:
    """(status word, one said of mail only and against it, yes or no, moment, figure)."""
    plain, word = text.casefold(), vocabulary.simplify(text)
    standing = statuses.BY_WORD.get(word)
    flag = plain in statuses.YES or plain in statuses.NO
    moment = bool(statuses.MOMENT.fullmatch(plain) or DATE.fullmatch(plain))
    telling = standing is not None and standing > Standing.SUBSCRIBED and word not in AMBIGUOUS
    return (
        standing is not None,
        telling,
        flag,
        moment,
        not flag and not moment and bool(NUMBER.fullmatch(plain)),
    )
