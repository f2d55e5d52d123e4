"""Whose certificates count: the system's authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR."""

from __future__ import annotations

import ssl
import time
from functools import lru_cache

# Reading the authorities costs more than a whole connection; a renewed file counts within the hour.
KEPT_SECONDS = 3600


def context() -> ssl.SSLContext:
    """A client's context that checks certificates and host names; do not change it."""
    return _context(ssl.get_default_verify_paths(), int(time.monotonic() // KEPT_SECONDS))


@lru_cache(maxsize=4)
def _context(places: ssl.DefaultVerifyPaths, period: int) -> ssl.SSLContext:
    return ssl.create_default_context()


@lru_cache(maxsize=1)
def anybody() -> ssl.SSLContext:
    """A context that encrypts and asks for no proof (RFC 7435): better than sending in the clear."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
