"""Whose certificates count: the system's authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR."""

from __future__ import annotations

import os
import ssl
import time
from functools import lru_cache

# Reading the authorities costs more than a whole connection; a renewed file counts within the hour.
KEPT_SECONDS = 3600


def context() -> ssl.SSLContext:
    """A client's context that checks certificates and host names; do not change it."""
    places = (os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))
    return _context(places, int(time.monotonic() // KEPT_SECONDS))


@lru_cache(maxsize=4)
def _context(places: tuple[str, str], period: int) -> ssl.SSLContext:
    return ssl.create_default_context()
