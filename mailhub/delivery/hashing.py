"""The keyed hash by which delivery knows an address without keeping it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from django.conf import settings

from mailhub.delivery.models import HashKey
from mailhub.lib import keys
from mailhub.lib.errors import UserError

PURPOSE = "address-hash"


class HashKeyLost(UserError):
    """The key that the stored hashes were made with is not among MAILHUB_KEYS."""


def address_hash(key: str) -> str:
    """32 hex characters for an address key (`mailhub.lib.addresses.Address.key`)."""
    return blake2b(key.encode(), key=_hash_key(tuple(settings.MAILHUB_KEYS)), digest_size=16).hexdigest()


def address_hashes(address_keys: Iterable[str]) -> list[str]:
    """`address_hash` of many, in their order."""
    secret = _hash_key(tuple(settings.MAILHUB_KEYS))
    return [blake2b(key.encode(), key=secret, digest_size=16).hexdigest() for key in address_keys]


def check() -> None:
    """Raises HashKeyLost when MAILHUB_KEYS lacks the key of the stored hashes."""
    _hash_key(tuple(settings.MAILHUB_KEYS))


@lru_cache(maxsize=4)
def _hash_key(installed: tuple[str, ...]) -> bytes:
    """The one derived key that hashes: remembered by its fingerprint in the database.

    A new first key in MAILHUB_KEYS must not change it, else nobody would be suppressed any more.
    """
    candidates = keys.derive_all(PURPOSE)
    pinned, _ = HashKey.objects.get_or_create(id=1, defaults={"fingerprint": keys.fingerprint(candidates[0])})
    for candidate in candidates:
        if hmac.compare_digest(keys.fingerprint(candidate), pinned.fingerprint):
            return candidate
    raise HashKeyLost(
        "MAILHUB_KEYS no longer holds the key that the suppression list was hashed with; "
        "put the old key back, behind the new one."
    )
