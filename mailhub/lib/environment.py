"""Reads MailHub's configuration from the environment; a wrong value is a sentence that names it."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TlsMode = Literal["none", "starttls", "implicit"]
TLS_MODES: tuple[TlsMode, ...] = ("none", "starttls", "implicit")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SHORTEST_KEY = 16
HOST = re.compile(r"(?!-)[^\W_]([\w-]{0,61}[^\W_])?(\.[^\W_]([\w-]{0,61}[^\W_])?)*\.?")
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


@dataclass(frozen=True)
class SmtpServer:
    """Where and how a route hands letters over; `origin` is where a person would change it.

    `connections` is how many each sender process opens at most; 0 leaves it to the transport.
    """

    host: str
    port: int
    username: str
    password: str
    tls: TlsMode
    origin: str = "MAILHUB_SMTP_URL"
    connections: int = 0


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def data_folder(base: Path) -> Path:
    """The folder of `MAILHUB_DATA`, made (mode 700) when it is missing."""
    folder = Path(text("MAILHUB_DATA", str(base / "var"))).expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"MAILHUB_DATA is {str(folder)!r}, which cannot be made: {error.strerror}."
        ) from error
    if not os.access(folder, os.W_OK):
        raise ImproperlyConfigured(f"MAILHUB_DATA is {str(folder)!r}, which this user cannot write to.")
    return folder


def port(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a port number from 1 to 65535.")
    return int(value)


def url(name: str, default: str) -> str:
    """An absolute http(s) URL without path, query or trailing slash."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    try:
        wrong = (
            parts.scheme not in ("http", "https")
            or not _is_host(parts.hostname)
            or parts.query
            or parts.port == 0
        )
    except ValueError:
        wrong = True
    if wrong or parts.path or parts.fragment or parts.username:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must look like https://mail.example.org.")
    return value


def _is_host(name: str | None) -> bool:
    """A host name of the web (RFC 1123, IDNA in either form), or an IP address."""
    return bool(name and (HOST.fullmatch(name) or (":" in name and ip_address(name))))


def mail_domain(public_url: str) -> str:
    """What the installation's own letters are from while no brand has a sender; a trial's is localhost."""
    host = urlsplit(public_url).hostname or ""
    return "localhost" if host in LOOPBACK else host


def log_level(name: str, default: str = "INFO") -> str:
    value = text(name, default).upper()
    if value not in LOG_LEVELS:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(LOG_LEVELS)}.")
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    found: list[IPv4Network | IPv6Network] = []
    for part in re.split(r"[,\s]+", text(name)):
        if not part:
            continue
        try:
            found.append(ip_network(part, strict=False))
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name} contains {part!r}; it must be a list of addresses or networks like 10.0.0.0/8."
            ) from error
    return found


def count(name: str, default: int, *, least: int) -> int:
    """A whole number of at least `least`."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or len(value) > 12 or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a number of at least {least}.")
    return int(value)


def name_servers(name: str) -> list[tuple[str, int]]:
    """DNS servers as (address, port) of `192.0.2.53, 127.0.0.1:5353, [2001:db8::1]:53`; [] when unset."""
    found: list[tuple[str, int]] = []
    for part in re.split(r"[,\s]+", text(name)):
        if not part:
            continue
        try:
            bare = part.count(":") > 1 and not part.startswith("[")
            parts = urlsplit(f"//[{part}]" if bare else f"//{part}")
            found.append((str(ip_address(parts.hostname or "")), parts.port or 53))
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name} contains {part!r}; it must be a list of addresses like 192.0.2.53 or 127.0.0.1:5353."
            ) from error
    return found


def smtp_server(name: str) -> SmtpServer | None:
    """`smtp://user:pass@host:port?tls=none|starttls|implicit&connections=20`, or None when unset."""
    value = text(name)
    if not value:
        return None
    shape = "smtp://user:password@host:port?tls=none|starttls|implicit"
    try:
        parts = urlsplit(value)
        port_given = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} has a wrong port; it must look like {shape}.") from error
    if port_given == 0:
        raise ImproperlyConfigured(f"{name} has port 0; it must look like {shape}.")
    if parts.scheme != "smtp" or not parts.hostname or parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like {shape}; it does not start with smtp://host.")
    query = parse_qs(parts.query, keep_blank_values=True)
    unknown = sorted(set(query) - {"tls", "connections"})
    if unknown:
        raise ImproperlyConfigured(
            f"{name} has an unknown option {unknown[0]!r}; only tls= and connections= are known."
        )
    tls = (query.get("tls") or ["starttls" if port_given == 587 else "none"])[-1]
    if tls not in TLS_MODES:
        raise ImproperlyConfigured(f"{name} says tls={tls}; it must be one of {', '.join(TLS_MODES)}.")
    connections = (query.get("connections") or ["0"])[-1]
    if not re.fullmatch("[0-9]{1,4}", connections):
        raise ImproperlyConfigured(f"{name} says connections={connections}; it must be a number like 20.")
    if bool(parts.username) != bool(parts.password):
        raise ImproperlyConfigured(f"{name} names a user or a password but not both.")
    return SmtpServer(
        host=parts.hostname,
        port=port_given or {"none": 25, "starttls": 587, "implicit": 465}[tls],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        connections=int(connections),
    )


def database(name: str, folder: Path) -> dict[str, Any]:
    """Django's settings of the database: SQLite under the data folder, or PostgreSQL by URL."""
    value = text(name)
    if not value:
        return sqlite(folder / "mailhub.sqlite3")
    try:
        parts = urlsplit(value)
        port_given = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} has a wrong port.") from error
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host:5432/database.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(port_given or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite as a server database: WAL, and every transaction takes the write lock at its start."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # FULL: a committed intent mark or unsubscribe must survive a power cut, not only a kill.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
        },
    }


def secret_file(path: Path) -> str:
    """The secret kept in `path`, made (mode 600) on first use; two first starts agree on one."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def keys(name: str, folder: Path) -> list[str]:
    """The keys of `MAILHUB_KEYS`, first signs and encrypts, all verify; made under the data folder."""
    found = [part.strip() for part in text(name).split(",") if part.strip()]
    if not found and os.environ.get(name):
        # Made keys in their place would break every link that was signed with the real ones.
        raise ImproperlyConfigured(f"{name} is set but holds no key; unset it, or put the keys there.")
    for key in found:
        if len(key) < SHORTEST_KEY:
            raise ImproperlyConfigured(
                f"{name} holds a key of {len(key)} characters; use at least {SHORTEST_KEY}."
            )
    return found or [secret_file(folder / "mailhub.key")]
