"""Makes, recognises and revokes the keys by which other systems use the API."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from django.db.models import Q
from django.utils.translation import gettext as _

from mailhub.accounts import scopes as scope_words
from mailhub.accounts.models import ApiKey, User
from mailhub.accounts.models.api_keys import DEFAULT_RATE
from mailhub.lib import clock, keys
from mailhub.lib.errors import UserError

PREFIX = "mh_"
# 40 characters of 62 are 238 bits: nobody guesses one, so a fast keyed hash keeps it well enough.
LENGTH = 40
SHOWN = len(PREFIX) + 8
ALPHABET = string.ascii_letters + string.digits
FORM = re.compile(rf"{PREFIX}[A-Za-z0-9]{{{LENGTH}}}")
PURPOSE = "api-key"
# Writing the moment of every request would make each read a write.
USE_IS_NOTED_EVERY = timedelta(minutes=1)
HIGHEST_RATE = 100_000


class BadKey(UserError):
    """A key cannot be made so; says why."""


class UnknownKey(UserError):
    """No key has this number, name or beginning."""


class Refused(UserError):
    """The text is not a key that works; the sentence tells which of the reasons it is."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made; `secret` is shown now and never again."""

    key: ApiKey
    secret: str


def create(
    name: str,
    *,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    requests_per_minute: int = DEFAULT_RATE,
    created_by: User | None = None,
) -> NewKey:
    """A key that may do what `scopes` say. Raises BadKey, UnknownScope."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 100 or not name.isprintable():
        raise BadKey(_("Give the key a name of 1 to 100 characters, such as the system that will use it."))
    if expires_at is not None and expires_at <= clock.now():
        raise BadKey(_("The key would expire in the past; choose a later moment."))
    if not 1 <= requests_per_minute <= HIGHEST_RATE:
        raise BadKey(
            _("A key may make between 1 and %(most)s requests a minute.") % {"most": f"{HIGHEST_RATE:,}"}
        )
    secret = PREFIX + "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH))
    key = ApiKey.objects.create(
        name=name,
        prefix=secret[:SHOWN],
        digest=_digest(secret, keys.derive(PURPOSE)),
        scopes=scope_words.parse(scopes),
        requests_per_minute=requests_per_minute,
        expires_at=expires_at,
        created_by=created_by,
    )
    return NewKey(key, secret)


def recognise(text: str, *, now: datetime) -> ApiKey:
    """The key that `text` is, its use noted. Raises Refused when it is unknown, revoked or expired."""
    if not FORM.fullmatch(text):
        raise Refused(_("This is not an API key: one begins with mh_ and is 43 characters long."))
    digests = [_digest(text, each) for each in keys.derive_all(PURPOSE)]
    key = ApiKey.objects.filter(digest__in=digests).first()
    if key is None:
        raise Refused(_("This API key is not known here."))
    if key.revoked_at is not None:
        raise Refused(_("This API key was revoked on %(day)s.") % {"day": f"{key.revoked_at:%Y-%m-%d}"})
    if key.expires_at is not None and key.expires_at <= now:
        raise Refused(_("This API key expired on %(day)s.") % {"day": f"{key.expires_at:%Y-%m-%d}"})
    _note_use(key, now=now)
    return key


def has_namesake(key: ApiKey) -> bool:
    """Whether another working key has the same name, so that neither is found by it."""
    return ApiKey.objects.filter(name=key.name, revoked_at=None).exclude(pk=key.pk).exists()


def revoke(key: ApiKey) -> bool:
    """The key works no more; False when it was revoked before."""
    now = clock.now()
    revoked = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
    key.revoked_at = key.revoked_at or now
    return revoked > 0


def find(text: str) -> ApiKey:
    """The one working key with this number, beginning or name. Raises UnknownKey, also for several."""
    same = Q(name=text) | Q(prefix=text[:SHOWN])
    if text.isascii() and text.isdigit() and len(text) < 19:
        same |= Q(pk=int(text))
    found = list(ApiKey.objects.filter(same, revoked_at=None)[:2])
    if not found:
        raise UnknownKey(
            _("No working API key is called “%(text)s”; manage.py api_keys lists them.") % {"text": text[:60]}
        )
    if len(found) > 1:
        raise UnknownKey(
            _("Several API keys are called “%(text)s”; name one by its number.") % {"text": text[:60]}
        )
    return found[0]


def _note_use(key: ApiKey, *, now: datetime) -> None:
    if key.last_used_at is None or key.last_used_at < now - USE_IS_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        key.last_used_at = now


def _digest(secret: str, key: bytes) -> str:
    return blake2b(secret.encode(), key=key, digest_size=32).hexdigest()
