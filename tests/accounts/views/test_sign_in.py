"""Signing in: password, one-time code, and patience with who guesses."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from mailhub.accounts.models import AuditEntry, User
from mailhub.accounts.services import guarding, second_factor

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def make_user(**fields: object) -> User:
    return User.objects.create_user("ann", "ann@example.org", PASSWORD, **fields)


def sign_in(client: Client, name: str = "ann", password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"username": name, "password": password, **more})


def code_of(device: TOTPDevice) -> str:
    """What the app on the phone shows now."""
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06d}"


def test_the_right_password_lets_in_and_is_written_down(client: Client) -> None:
    make_user()
    assert sign_in(client, next="/contacts/").headers["Location"] == "/contacts/"
    assert AuditEntry.objects.get().act == "user.signed_in"


def test_leaving_is_written_down_too(client: Client) -> None:
    make_user()
    sign_in(client)
    client.post("/sign-out/")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.actor) == ("user.signed_out", "ann")
    client.post("/sign-out/")
    assert AuditEntry.objects.count() == 2


def test_the_address_serves_as_the_name(client: Client) -> None:
    make_user()
    assert sign_in(client, name="Ann@Example.org").status_code == 302


def test_a_wrong_password_is_told_without_saying_what_is_wrong(client: Client) -> None:
    make_user()
    known = sign_in(client, password="wrong").content.replace(b"ann", b"")
    unknown = sign_in(client, name="bo", password="wrong").content.replace(b"bo", b"")
    assert b"Please enter a correct" in known
    assert known.count(b"error") == unknown.count(b"error")


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_sent_to_another_house(client: Client, onward: str) -> None:
    make_user()
    assert sign_in(client, next=onward).headers["Location"] == "/"


def test_who_guesses_has_to_wait_even_with_the_right_password(client: Client) -> None:
    make_user()
    for _ in range(guarding.HERE):
        sign_in(client, password="wrong")
    answer = sign_in(client)
    assert answer.status_code == 429
    assert b"Try again in 15 minutes." in answer.content
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_a_stranger_elsewhere_locks_nobody_out(client: Client) -> None:
    make_user()
    for _ in range(guarding.HERE + 1):
        client.post("/sign-in/", {"username": "ann", "password": "wrong"}, REMOTE_ADDR="192.0.2.1")
    assert sign_in(client).status_code == 302


def test_only_failures_count_against_an_office(client: Client) -> None:
    make_user()
    for _ in range(guarding.FROM_ADDRESS + 1):
        assert sign_in(Client()).status_code == 302


def test_a_user_name_counts_nothing_against_a_code(client: Client) -> None:
    user = make_user()
    second_factor.confirm(user, code_of(second_factor.begin(user)))
    TOTPDevice.objects.update(last_t=-1)
    for _ in range(guarding.HERE + 1):
        sign_in(Client(), name=f"code {user.pk}", password="wrong")
        sign_in(Client(), name=str(user.pk), password="wrong")
    sign_in(client)
    answer = client.post("/sign-in/code/", {"code": code_of(TOTPDevice.objects.get())})
    assert answer.status_code == 302


def test_the_code_is_asked_for_where_it_is_on(client: Client) -> None:
    user = make_user()
    device = second_factor.begin(user)
    assert second_factor.confirm(user, code_of(device)) is not None
    TOTPDevice.objects.update(last_t=-1)
    assert sign_in(client, next="/account/").headers["Location"] == "/sign-in/code/"
    assert client.get("/account/").status_code == 302
    answer = client.post("/sign-in/code/", {"code": code_of(TOTPDevice.objects.get())})
    assert answer.headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_a_code_works_once(client: Client) -> None:
    user = make_user()
    device = second_factor.begin(user)
    code = code_of(device)
    second_factor.confirm(user, code)
    sign_in(client)
    assert client.post("/sign-in/code/", {"code": code}).status_code == 422


def test_a_recovery_code_lets_in_once(client: Client) -> None:
    user = make_user()
    codes = second_factor.confirm(user, code_of(second_factor.begin(user)))
    assert codes is not None
    sign_in(client)
    assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == 302
    client.post("/sign-out/")
    sign_in(client)
    assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == 422


def test_the_second_step_needs_the_first(client: Client) -> None:
    make_user()
    assert client.post("/sign-in/code/", {"code": "123456"}).headers["Location"] == "/sign-in/"


def test_the_owed_code_is_forgotten_after_ten_minutes(client: Client) -> None:
    user = make_user()
    second_factor.confirm(user, code_of(second_factor.begin(user)))
    sign_in(client)
    session = client.session
    session["code_owed"] = {**session["code_owed"], "until": time.time() - 1}
    session.save()
    assert client.get("/sign-in/code/").headers["Location"] == "/sign-in/"


def test_the_admin_pages_have_no_door_of_their_own(client: Client) -> None:
    assert client.get("/admin/login/?next=/admin/").headers["Location"] == "/sign-in/?next=/admin/"


def test_a_get_does_not_sign_out(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/account/").status_code == 200
