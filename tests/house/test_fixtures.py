"""The servers that the other tests stand on are real ones."""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Callable

import pytest
import redis
import trustme
from django.contrib.auth import get_user_model
from django.db import connection, connections

from tests.postoffice import SmtpServer

LETTER = "From: bo@example.org\r\nTo: ann@example.org\r\nSubject: Hello\r\n\r\nHi.\r\n"


def test_valkey_answers_and_begins_empty(valkey: redis.Redis) -> None:
    assert valkey.dbsize() == 0
    assert valkey.config_get("port") == {"port": "0"} or valkey.config_get("port") == {b"port": b"0"}


@pytest.mark.django_db(transaction=True)
def test_a_second_connection_sees_what_the_first_has_committed() -> None:
    get_user_model().objects.create(username="ann")
    seen: list[str] = []

    def look() -> None:
        seen.extend(get_user_model().objects.values_list("username", flat=True))
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == ["ann"]
    assert connection.vendor in ("sqlite", "postgresql")


def test_the_smtp_server_keeps_each_recipients_letter(smtp_server: SmtpServer) -> None:
    smtp_server.replies["cy@example.org"] = "550 5.1.1 No such user"
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        refused = client.sendmail("bo@example.org", ["ann@example.org", "cy@example.org"], LETTER)
    assert list(refused) == ["cy@example.org"]
    (letter,) = smtp_server.letters
    assert letter.recipient == "ann@example.org"
    assert letter.message["Subject"] == "Hello"


def test_the_smtp_server_speaks_starttls_and_asks_for_the_password(
    start_smtp_server: Callable[..., SmtpServer], certificate_authority: trustme.CA
) -> None:
    server = start_smtp_server(tls="starttls", login=("bo", "secret"))
    context = ssl.create_default_context()
    certificate_authority.configure_trust(context)
    with smtplib.SMTP(server.host, server.port) as client:
        client.starttls(context=context)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("bo", "wrong")
        client.login("bo", "secret")
        client.sendmail("bo@example.org", ["ann@example.org"], LETTER)
    assert server.letters[0].over_tls


def test_the_smtp_server_speaks_implicit_tls(
    start_smtp_server: Callable[..., SmtpServer], certificate_authority: trustme.CA
) -> None:
    server = start_smtp_server(tls="implicit")
    context = ssl.create_default_context()
    certificate_authority.configure_trust(context)
    with smtplib.SMTP_SSL(server.host, server.port, context=context) as client:
        client.sendmail("bo@example.org", ["ann@example.org"], LETTER)
    assert server.letters[0].over_tls
