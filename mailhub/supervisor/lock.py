"""Makes sure that one data folder has one supervisor, and that the web server's port is free."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from mailhub.lib.errors import UserError


class CannotStart(UserError):
    """MailHub refuses to start, and says why."""


def take(folder: Path) -> IO[str]:
    """Lock the data folder for as long as the returned file is open; raises CannotStart.

    The kernel lets go of the lock when the process ends, however it ends.
    """
    file = (folder / "mailhub.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        process_id = file.read().strip() or "unknown"
        raise CannotStart(
            f"MailHub already runs here (process {process_id}, data folder {folder}). "
            "Stop it first, or set MAILHUB_DATA and MAILHUB_PORT for a second one."
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def check_port(host: str, port: int) -> None:
    """Raises CannotStart when the web server could not listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            # Two sockets may be bound to one address; only listening tells whether it is free.
            probe.listen(1)
    except socket.gaierror as error:
        raise CannotStart(f"MAILHUB_HOST is {host!r}, which is no address of this machine.") from error
    except OSError as error:
        raise CannotStart(_why(error, host, port)) from error


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program; free it, or set MAILHUB_PORT to another."
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}; set MAILHUB_PORT to one above 1023."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"MAILHUB_HOST is {host!r}, which is no address of this machine."
    return f"MailHub cannot listen on {host}, port {port} (MAILHUB_HOST, MAILHUB_PORT): {error.strerror}."
