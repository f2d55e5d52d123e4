"""Signs letters with DKIM (RFC 6376): rsa-sha256, relaxed/relaxed, the whole body."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator, Sequence
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

from mailhub.delivery import headers
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
_BODY_TAIL = re.compile(rb"(?:\r\n)+\Z")
# As long as the times that will stand there until the year 2286, so that lines come out as long.
_TIME = b"t=0000000000;"
_PADDING, _HASH = PKCS1v15(), SHA256()


class Signer:
    """Signs for one domain with one key. Safe to share between threads.

    The key is parsed once a thread: threads that share one wait for each other in OpenSSL (blinding), which
    makes a signature a seventh dearer.
    """

    def __init__(self, domain: str, selector: str, private_key_pem: str) -> None:
        """Raises ValueError for what is no RSA key."""
        self.domain = domain
        self.selector = selector
        self._pem = private_key_pem
        self._of_thread = threading.local()
        self._of_thread.key = _private_key(private_key_pem)

    @property
    def _key(self) -> RSAPrivateKey:
        key: RSAPrivateKey | None = getattr(self._of_thread, "key", None)
        if key is None:
            key = self._of_thread.key = _parsed(self._pem)
        return key

    def sign(self, message: bytes) -> bytes:
        """`message` (CRLF line ends) with a DKIM-Signature in front, its lines folded at 78 columns.

        A missing last line end is added, as SMTP would. The time of signing comes from
        `mailhub.lib.clock`. ValueError when there is no From field.
        """
        if not message.endswith(b"\r\n"):
            message += b"\r\n"
        head, _, body = message.partition(b"\r\n\r\n")
        fields = [headers.relaxed(field) for field in _FIELD_ENDS.split(head)]
        layout = self.layout([field.partition(b":")[0] for field in fields])
        return self.field(layout, layout.relaxed_head(fields), relaxed_body(body)) + message

    def layout(self, names: Sequence[bytes]) -> Layout:
        """How letters with header fields of these names are signed; ValueError without a From."""
        return Layout(self.domain, self.selector, tuple(names))

    def field(self, layout: Layout, relaxed_head: bytes, relaxed_body: bytes) -> bytes:
        """The DKIM-Signature field for what `layout.relaxed_head` and `relaxed_body` gave.

        Nearly all of its time is OpenSSL's, which lets other threads run meanwhile.
        """
        body_hash = base64.b64encode(sha256(relaxed_body).digest())
        values = (int(clock.now().timestamp()), body_hash)
        signature = self._key.sign(relaxed_head + layout.relaxed % values, _PADDING, _HASH)
        return layout.written % values + _fold_signature(signature) + b"\r\n"


class Layout:
    """What the signatures of letters with the same header fields share: which are signed, and in what order.

    `written` and `relaxed` are the field up to and with `b=` (whose value is hashed as empty), with
    places for the time and the hash of the body.
    """

    def __init__(self, domain: str, selector: str, names: tuple[bytes, ...]) -> None:
        if b"from" not in names:
            raise ValueError("A letter without a From header cannot be signed (RFC 6376 section 5.4).")
        listed, self._order = _signed(names)
        self.written = _field(domain, selector, listed)
        self.relaxed = headers.relaxed(self.written).removesuffix(b"\r\n")

    def relaxed_head(self, fields: Sequence[bytes]) -> bytes:
        """Those of the relaxed `fields` (in the order of the names) that are signed, as they are hashed."""
        return b"".join([fields[at] for at in self._order])


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


@lru_cache(maxsize=64)
def _private_key(pem: str) -> RSAPrivateKey:
    return _parsed(pem)


def _parsed(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("A DKIM key must be an RSA key.")
    return key


def _signed(names: Sequence[bytes]) -> tuple[list[bytes], list[int]]:
    """The names for `h=`, and which fields they stand for. A name more than there are fields is nothing.

    Fields of one name are taken from the bottom up (section 5.4.2).
    """
    listed: list[bytes] = []
    order: list[int] = []
    for name in SIGNED:
        found = [at for at in range(len(names) - 1, -1, -1) if names[at] == name]
        listed += [name] * (len(found) + (name in OVERSIGNED))
        order += found
    return listed, order


def _field(domain: str, selector: str, listed: Sequence[bytes]) -> bytes:
    tags = [b"v=1;", b"a=rsa-sha256;", b"c=relaxed/relaxed;"]
    tags += [f"d={domain};".encode(), f"s={selector};".encode(), _TIME]
    first, *rest = [name + b":" for name in listed[:-1]] + [listed[-1] + b";"]
    head = _wrap(b"DKIM-Signature:", tags, glue=b" ")
    head = head.replace(_TIME, b"t=%d;")
    return b"\r\n".join((head, _wrap(b"\th=" + first, rest, glue=b""), b"\tbh=%b;", b"\tb="))


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
