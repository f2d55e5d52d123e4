"""A control for tracking: a WSGI application that answers every request with the pixel and does nothing else.

    python -m granian --interface wsgi benchmarks.plain_pixel:application

`python benchmarks/track_hits.py` starts it in the same way as MailHub's web server. It imports nothing of MailHub.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
HEADERS = [
    ("Content-Type", "image/gif"),
    ("Content-Length", str(len(PIXEL))),
    ("Cache-Control", "no-store, private"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
]


def application(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    start_response("200 OK", HEADERS)
    return [PIXEL]
