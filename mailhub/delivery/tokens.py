"""Signed tokens in letters' links: they carry all that a page needs, and they never expire."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from mailhub.lib import keys

Purpose = Literal["unsubscribe", "preferences", "view", "open", "click", "confirm", "bounce", "manage"]
SIGNATURE_SIZE = 12


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


def mint(purpose: Purpose, payload: Payload) -> str:
    """URL-safe text of about 30 to 60 characters that `read` turns back into `payload`."""
    return base64.urlsafe_b64encode(_signed(purpose, payload)).rstrip(b"=").decode()


def read(purpose: Purpose, token: str) -> Payload:
    """The payload of a token that this installation minted for `purpose`; raises BadToken."""
    return _verified(purpose, _decode(token))


def mint_mailbox(payload: Payload) -> str:
    """A bounce token for the local part of an address, which mail servers may fold to one case."""
    return base64.b32encode(_signed("bounce", payload)).rstrip(b"=").decode().lower()


def read_mailbox(token: str) -> Payload:
    """The payload of `mint_mailbox`, in whatever case it comes back; raises BadToken."""
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


def _decode(token: str) -> bytes:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadToken("Not base64url.") from error
    # The last character of base64 has unused bits: only the spelling that `mint` wrote counts.
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token or len(raw) <= SIGNATURE_SIZE:
        raise BadToken("Not the spelling that was minted.")
    return raw


def _sign(body: bytes, key: bytes) -> bytes:
    return blake2b(body, key=key, digest_size=SIGNATURE_SIZE).digest()


def _pack(payload: Payload) -> bytes:
    numbers = (payload.dispatch_id, payload.message_id, payload.contact_id, payload.list_id, payload.number)
    address = bytes.fromhex(payload.address_hash)
    values = b"".join(_varint(len(text)) + text for text in (value.encode() for value in payload.values))
    return b"".join(_varint(number) for number in numbers) + _varint(len(address)) + address + values


def _unpack(body: bytes) -> Payload:
    stream = iter(body)
    dispatch_id, message_id, contact_id, list_id, number = (_read_varint(stream) for _ in range(5))
    address = _read_bytes(stream, _read_varint(stream)).hex()
    values = []
    while (size := _read_varint(stream, at_end=-1)) >= 0:
        values.append(_read_bytes(stream, size).decode())
    return Payload(dispatch_id, message_id, contact_id, list_id, number, address, tuple(values))


def _varint(number: int) -> bytes:
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
