"""What a person wants to know once MailHub is ready."""

from __future__ import annotations

import http.client

from django.conf import settings
from django.db import Error, connection

from mailhub.accounts.services.staff import FIRST_USERNAME, FirstAccount
from mailhub.delivery.services import routing

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def is_ready() -> bool:
    """Whether /readyz answers 200 on the port that the web server listens on."""
    host = ANY_ADDRESS.get(settings.MAILHUB_HOST, settings.MAILHUB_HOST)
    web = http.client.HTTPConnection(host, settings.MAILHUB_PORT, timeout=2)
    try:
        # By the name that is always allowed, whatever address it listens on.
        web.request("GET", "/readyz", headers={"Host": "localhost"})
        return web.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        web.close()


def text(account: FirstAccount | None) -> str:
    return "\n".join(
        [
            "MailHub is ready.",
            f"  Address      {settings.PUBLIC_URL}",
            f"  Admin        {settings.PUBLIC_URL}/admin/",
            f"  Sign in      {sign_in(account)}",
            f"  Data folder  {settings.MAILHUB_DATA}",
            f"  Mail         {route()}",
        ]
    )


def sign_in(account: FirstAccount | None) -> str:
    if account is None:
        return f"{FIRST_USERNAME} (made earlier; `manage.py changepassword` sets a new password)"
    if account.password is None:
        return f"{account.username}, with the password of MAILHUB_ADMIN_PASSWORD"
    return f"{account.username}, with the password that was shown above"


def password_notice(account: FirstAccount) -> str:
    return f"Staff account {account.username}, password {account.password} (shown this once)"


def route() -> str:
    """Where letters go now, by the routes of the screen or of the environment."""
    try:
        captured, ways = routing.captured_streams(), routing.ways_out()
    except Error:
        return "not known: the database does not answer"
    finally:
        # The supervisor itself keeps no connection open.
        connection.close()
    if not ways:
        return f"capture mailbox at {settings.PUBLIC_URL}/mailbox/: nothing leaves this machine until a route is set"
    rest = f"; {captured[0]} letters go to the capture mailbox" if captured else ""
    return f"through {', '.join(ways)}{rest}"
