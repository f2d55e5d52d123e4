"""Keys for one purpose each, derived from MAILHUB_KEYS; and the encryption of secrets at rest."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from mailhub.lib.errors import UserError


class UnknownKey(UserError):
    """Something was encrypted with a key that MAILHUB_KEYS no longer holds."""


@lru_cache(maxsize=256)
def _derived(key: str, purpose: str) -> bytes:
    # RFC 5869: the purpose is HKDF's info, so that one purpose's key tells nothing of another's.
    return HKDF(SHA256(), 32, salt=b"mailhub", info=purpose.encode()).derive(key.encode())


def derive(purpose: str) -> bytes:
    """32 bytes for `purpose` from the first key: what signs and encrypts."""
    return _derived(settings.MAILHUB_KEYS[0], purpose)


def derive_all(purpose: str) -> list[bytes]:
    """32 bytes for `purpose` from every key: what verifies. The first is `derive(purpose)`."""
    return [_derived(key, purpose) for key in settings.MAILHUB_KEYS]


def fingerprint(key: bytes) -> str:
    """16 hex characters that name a derived key without giving it away."""
    return HKDF(SHA256(), 8, salt=b"mailhub", info=b"fingerprint").derive(key).hex()


def encrypt(text: str, *, purpose: str) -> str:
    return _fernet(purpose).encrypt(text.encode()).decode()


def decrypt(token: str, *, purpose: str) -> str:
    """The text that `encrypt` was given; raises UnknownKey."""
    try:
        return _fernet(purpose).decrypt(token).decode()
    except InvalidToken as error:
        raise UnknownKey(
            f"A stored secret ({purpose}) was encrypted with a key that MAILHUB_KEYS does not hold; "
            "add the old key behind the new one."
        ) from error


def _fernet(purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derive_all(f"encrypt:{purpose}")])
