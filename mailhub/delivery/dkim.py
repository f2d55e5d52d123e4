"""Signs letters with DKIM (RFC 6376): rsa-sha256, relaxed/relaxed, the whole body."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from mailhub.lib import clock

# What a reader sees or acts on. List-Unsubscribe and its -Post are there because RFC 8058 section 4
# wants both covered, Feedback-ID because Gmail counts complaints only by a signed one.
SIGNED = (
    b"from",
    b"reply-to",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"list-id",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"feedback-id",
    b"auto-submitted",
    b"precedence",
)
# Named once more than they occur, so that nobody can add a second one in front of the signed one and
# mail the letter on (RFC 6376 section 8.15; the replay attack on a captured letter).
OVERSIGNED = frozenset((b"from", b"reply-to", b"to", b"cc", b"subject", b"date"))
LINE = 76

_FIELD_ENDS = re.compile(rb"\r\n(?![ \t])")
_BLANKS = re.compile(rb"[ \t]+")
_FOLDS = re.compile(rb"[ \t\r\n]+")
_BODY_TAIL = re.compile(rb"(?:\r\n)+\Z")


class Signer:
    """Signs for one domain with one key. Safe to share between threads; the key is parsed once."""

    def __init__(self, domain: str, selector: str, private_key_pem: str) -> None:
        self.domain = domain
        self.selector = selector
        self._key = _private_key(private_key_pem)

    def sign(self, message: bytes) -> bytes:
        """`message` (CRLF line ends) with a DKIM-Signature in front, its lines folded at 78 columns.

        A missing last line end is added, as SMTP would. The time of signing comes from
        `mailhub.lib.clock`. ValueError when there is no From field.
        """
        if not message.endswith(b"\r\n"):
            message += b"\r\n"
        head, _, body = message.partition(b"\r\n\r\n")
        fields = _parse_fields(head)
        if b"from" not in fields:
            raise ValueError("A letter without a From header cannot be signed (RFC 6376 section 5.4).")
        names = _names_to_sign(fields)
        unsigned = self._header(names, sha256(relaxed_body(body)).digest())
        signature = self._key.sign(_signed_bytes(fields, names, unsigned), PKCS1v15(), SHA256())
        return unsigned + _fold_signature(signature) + b"\r\n" + message

    def _header(self, names: list[bytes], body_hash: bytes) -> bytes:
        """The field up to and with `b=`, the value of which is what gets hashed as empty."""
        tags = [b"v=1;", b"a=rsa-sha256;", b"c=relaxed/relaxed;"]
        tags += [f"d={self.domain};".encode(), f"s={self.selector};".encode()]
        tags += [f"t={int(clock.now().timestamp())};".encode()]
        listed = [name + b":" for name in names[:-1]] + [names[-1] + b";"]
        head = _wrap(b"DKIM-Signature:", tags, glue=b" ")
        signed = _wrap(b"\th=" + listed[0], listed[1:], glue=b"")
        return b"\r\n".join((head, signed, b"\tbh=" + base64.b64encode(body_hash) + b";", b"\tb="))


def generate_key() -> tuple[str, str]:
    """A new RSA-2048 key: the private half as PEM, the public half as base64 DER, as DNS shows it."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return private, base64.b64encode(public).decode()


def relaxed_body(body: bytes) -> bytes:
    """The body as it is hashed (RFC 6376 section 3.4.4); an empty one stays empty."""
    body = _BLANKS.sub(b" ", body).replace(b" \r\n", b"\r\n")
    body = _BODY_TAIL.sub(b"", body)
    return body + b"\r\n" if body else b""


def relaxed_field(name: bytes, value: bytes) -> bytes:
    """One header field as it is hashed (RFC 6376 section 3.4.2), without its line end."""
    return name.lower().strip() + b":" + _FOLDS.sub(b" ", value).strip()


@lru_cache(maxsize=64)
def _private_key(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("A DKIM key must be an RSA key.")
    return key


def _parse_fields(head: bytes) -> dict[bytes, list[bytes]]:
    fields: dict[bytes, list[bytes]] = {}
    for field in _FIELD_ENDS.split(head):
        name, _, value = field.partition(b":")
        fields.setdefault(name.strip().lower(), []).append(value)
    return fields


def _names_to_sign(fields: dict[bytes, list[bytes]]) -> list[bytes]:
    return [name for name in SIGNED for _ in range(len(fields.get(name, ())) + (name in OVERSIGNED))]


def _signed_bytes(fields: dict[bytes, list[bytes]], names: list[bytes], unsigned: bytes) -> bytes:
    # Instances are taken from the bottom up (section 5.4.2); a name without one counts as nothing.
    left = {name: list(values) for name, values in fields.items()}
    lines = [relaxed_field(name, left[name].pop()) for name in names if left.get(name)]
    name, _, value = unsigned.partition(b":")
    return b"\r\n".join([*lines, relaxed_field(name, value)])


def _wrap(first: bytes, pieces: list[bytes], *, glue: bytes) -> bytes:
    return b"\r\n\t".join(_lines(first, pieces, glue=glue))


def _lines(line: bytes, pieces: list[bytes], *, glue: bytes) -> Iterator[bytes]:
    for piece in pieces:
        if len(line) + len(glue) + len(piece) > LINE:
            yield line
            line = piece
        else:
            line += glue + piece
    yield line


def _fold_signature(signature: bytes) -> bytes:
    text = base64.b64encode(signature)
    return b"\r\n\t".join(text[at : at + 70] for at in range(0, len(text), 70))
