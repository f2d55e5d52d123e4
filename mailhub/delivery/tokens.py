"""Signed tokens in letters' links: they carry all that a page needs, and they never expire.

There are two forms, and `read` knows both. `mint` makes the one that can carry anything, one hash a
token. `Minter` makes those of the letters of a dispatch: one hash names the letter and signs its open,
click, view and bounce tokens at once (each purpose has its own 12 bytes of a keyed BLAKE2b, and
no part of that tells of another), one hash names the person and signs the unsubscribe and
preferences tokens. A link without values is its number behind the click token, `….3`; one with values
has a token of its own, of the first form. The number is not signed: whoever holds a letter's click token
holds all its links, and a click leads to stored links only.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Literal, NamedTuple

from mailhub.lib import keys

Purpose = Literal["unsubscribe", "preferences", "view", "open", "click", "confirm", "bounce", "manage"]
SIGNATURE_SIZE = 12
# Which 12 bytes of a letter's hash, or a person's, are whose. Letters live for years: append only.
LETTER_PURPOSES: tuple[Purpose, ...] = ("open", "click", "view", "bounce")
PERSON_PURPOSES: tuple[Purpose, ...] = ("unsubscribe", "preferences")
DIGEST_SIZE = 64
NUMBER = re.compile(r"[1-9][0-9]{0,9}")
HEX = re.compile("[0-9a-fA-F]+")
# Numbers of one byte, and what links say of contact, list and address: nothing.
SMALL = [bytes((number,)) for number in range(0x80)]
NOBODY, NO_ADDRESS = bytes(2), bytes(1)
URL_SAFE = bytes.maketrans(b"+/", b"-_")


class BadToken(Exception):
    """Not one of ours, altered, or made for another purpose. Doors answer it with 404."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What a token says. 0 and "" mean nothing is said; `values` fill the holes of a link."""

    dispatch_id: int = 0
    message_id: int = 0
    contact_id: int = 0
    list_id: int = 0
    number: int = 0
    address_hash: str = ""
    values: tuple[str, ...] = ()


class LetterTokens(NamedTuple):
    """The tokens that name one letter; `bounce` is for the local part of an address."""

    open: str
    click: str
    view: str
    bounce: str


class Minter:
    """Mints the tokens of the letters of one dispatch with the key that signs now."""

    def __init__(self, dispatch_id: int) -> None:
        self._dispatch = _varint(dispatch_id)
        self._letter = _hasher(keys.derive("token:letter"))
        self._person = _hasher(keys.derive("token:person"))
        self._click = _hasher(keys.derive("token:click"), SIGNATURE_SIZE)
        # What everybody's letter carries where nobody is to be found by it.
        self.anonymous = self.letter(0)

    def letter(self, message_id: int) -> LetterTokens:
        body = self._dispatch + _varint(message_id)
        digest = _digest(self._letter, body)
        # Twelve bytes are sixteen characters of base64: what is in front of the body and what is in it can be
        # written apart, the body once for all.
        signatures, end = _urlsafe(digest[:36]), _urlsafe(body)
        return LetterTokens(
            signatures[:16] + end,
            signatures[16:32] + end,
            signatures[32:] + end,
            (digest[36:48] + body).hex(),
        )

    def person(self, *, message_id: int, contact_id: int, list_id: int, address_hash: str) -> tuple[str, str]:
        """The unsubscribe and the preferences token."""
        numbers = self._dispatch + _varint(message_id) + _varint(contact_id) + _varint(list_id)
        body = numbers + bytes.fromhex(address_hash)
        signatures, end = _urlsafe(_digest(self._person, body)[:24]), _urlsafe(body)
        return signatures[:16] + end, signatures[16:] + end

    def link(self, message_id: int, number: int, values: Sequence[str]) -> str:
        """The click token of a link with values: what `mint` makes of them, with what letters share ready."""
        numbers = self._dispatch + _varint(message_id) + NOBODY + _varint(number) + NO_ADDRESS
        body = numbers + _packed(values)
        return _urlsafe(_digest(self._click, body) + body)


def mint(purpose: Purpose, payload: Payload) -> str:
    """URL-safe text of about 30 to 60 characters that `read` turns back into `payload`."""
    return _urlsafe(_signed(purpose, payload))


def read(purpose: Purpose, token: str) -> Payload:
    """The payload of a token that this installation minted for `purpose`; raises BadToken."""
    if purpose == "click" and "." in token:
        name, _, number = token.partition(".")
        if not NUMBER.fullmatch(number):
            raise BadToken("Not the number of a link.")
        return replace(_of_letter("click", _decode(name)), number=int(number))
    raw = _decode(token)
    if purpose in LETTER_PURPOSES:
        with suppress(BadToken):
            return _of_letter(purpose, raw)
    if purpose in PERSON_PURPOSES:
        with suppress(BadToken):
            return _of_person(purpose, raw)
    return _verified(purpose, raw)


def mint_mailbox(payload: Payload) -> str:
    """A bounce token for the local part of an address, which mail servers may fold to one case."""
    return base64.b32encode(_signed("bounce", payload)).rstrip(b"=").decode().lower()


def read_mailbox(token: str) -> Payload:
    """The payload of a bounce token, in whatever case it comes back; raises BadToken."""
    if HEX.fullmatch(token):
        with suppress(BadToken, ValueError):
            return _of_letter("bounce", bytes.fromhex(token))
    try:
        raw = base64.b32decode(token + "=" * (-len(token) % 8), casefold=True)
    except binascii.Error as error:
        raise BadToken("Not base32.") from error
    return _verified("bounce", raw)


def _signed(purpose: Purpose, payload: Payload) -> bytes:
    body = _pack(payload)
    return _sign(body, keys.derive(f"token:{purpose}")) + body


def _verified(purpose: Purpose, raw: bytes) -> Payload:
    signature, body = raw[:SIGNATURE_SIZE], raw[SIGNATURE_SIZE:]
    if not any(
        hmac.compare_digest(signature, _sign(body, key)) for key in keys.derive_all(f"token:{purpose}")
    ):
        raise BadToken("The signature does not fit.")
    return _unpack(body)


def _of_letter(purpose: Purpose, raw: bytes) -> Payload:
    body = _signed_body("letter", LETTER_PURPOSES, purpose, raw)
    stream = iter(body)
    return Payload(dispatch_id=_read_varint(stream), message_id=_read_varint(stream))


def _of_person(purpose: Purpose, raw: bytes) -> Payload:
    stream = iter(_signed_body("person", PERSON_PURPOSES, purpose, raw))
    dispatch_id, message_id, contact_id, list_id = (_read_varint(stream) for _ in range(4))
    return Payload(dispatch_id, message_id, contact_id, list_id, address_hash=bytes(stream).hex())


def _signed_body(name: str, purposes: Sequence[Purpose], purpose: Purpose, raw: bytes) -> bytes:
    """What stands behind the signature for `purpose`; raises BadToken when that does not fit."""
    signature, body = raw[:SIGNATURE_SIZE], raw[SIGNATURE_SIZE:]
    start = purposes.index(purpose) * SIGNATURE_SIZE
    for key in keys.derive_all(f"token:{name}"):
        expected = _digest(_hasher(key), body)[start : start + SIGNATURE_SIZE]
        if hmac.compare_digest(signature, expected):
            return body
    raise BadToken("The signature does not fit.")


def _hasher(key: bytes, size: int = DIGEST_SIZE) -> blake2b:
    return blake2b(key=key, digest_size=size)


def _digest(hasher: blake2b, body: bytes) -> bytes:
    keyed = hasher.copy()
    keyed.update(body)
    return keyed.digest()


def _urlsafe(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).translate(URL_SAFE).rstrip(b"=").decode()


def _decode(token: str) -> bytes:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadToken("Not base64url.") from error
    # The last character of base64 has unused bits: only the spelling that `mint` wrote counts.
    if _urlsafe(raw) != token or len(raw) <= SIGNATURE_SIZE:
        raise BadToken("Not the spelling that was minted.")
    return raw


def _sign(body: bytes, key: bytes) -> bytes:
    return blake2b(body, key=key, digest_size=SIGNATURE_SIZE).digest()


def _pack(payload: Payload) -> bytes:
    numbers = (payload.dispatch_id, payload.message_id, payload.contact_id, payload.list_id, payload.number)
    address = bytes.fromhex(payload.address_hash)
    head = b"".join([_varint(number) for number in numbers])
    return head + _varint(len(address)) + address + _packed(payload.values)


def _packed(values: Iterable[str]) -> bytes:
    texts = [value.encode() for value in values]
    return b"".join([_varint(len(text)) + text for text in texts])


def _unpack(body: bytes) -> Payload:
    stream = iter(body)
    dispatch_id, message_id, contact_id, list_id, number = (_read_varint(stream) for _ in range(5))
    address = _read_bytes(stream, _read_varint(stream)).hex()
    values = []
    while (size := _read_varint(stream, at_end=-1)) >= 0:
        values.append(_read_bytes(stream, size).decode())
    return Payload(dispatch_id, message_id, contact_id, list_id, number, address, tuple(values))


def _varint(number: int) -> bytes:
    if number < 0x80:
        return SMALL[number]
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read_varint(stream: Iterator[int], at_end: int | None = None) -> int:
    value = shift = 0
    for byte in stream:
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value
        shift += 7
    if at_end is not None and shift == 0:
        return at_end
    raise BadToken("Cut short.")


def _read_bytes(stream: Iterator[int], size: int) -> bytes:
    taken = bytes(byte for _, byte in zip(range(size), stream, strict=False))
    if len(taken) != size:
        raise BadToken("Cut short.")
    return taken
