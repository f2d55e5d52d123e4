"""The page of a sign-up form, as people, robots and other sites meet it."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.models import Confirmation, ConsentRecord, Contact, List, SignUp, SignUpForm, Subscription
from contacts.services import admission, consent, forms, protection
from mailhub.delivery.models import Dispatch, Suppression
from mailhub.delivery.services import suppression
from mailhub.lib import clock
from tests.contacts import makers

pytestmark = pytest.mark.django_db
URL = "/join/news/"


@pytest.fixture
def client() -> Client:
    """A stranger on another site: brings neither cookies nor a CSRF token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def news() -> List:
    return makers.make_list("News", opt_in="double", public=True, description="About twice a month.")


@pytest.fixture
def form(news: List) -> SignUpForm:
    return forms.keep(forms.of_list(news))


def join(client: Client, email: str = "ann@example.org", **data: Any) -> HttpResponse:
    return client.post(URL, {"email": email, **data})  # type: ignore[return-value]  # the test client's own class


def settle() -> None:
    admission.settle_due(now=clock.now())


def text_of(response: Any) -> str:
    """The page without what is new each time: stamp and nonce."""
    return re.sub(r'(nonce|value)="[^"]{12,}"', "", response.content.decode())


def solved(client: Client) -> str:
    task = client.get(f"{URL}challenge").json()
    number = next(
        number
        for number in range(task["maxnumber"] + 1)
        if sha256(f"{task['salt']}{number}".encode()).hexdigest() == task["challenge"]
    )
    answer = {name: task[name] for name in ("algorithm", "challenge", "salt", "signature")} | {
        "number": number
    }
    return base64.b64encode(json.dumps(answer).encode()).decode()


def test_a_public_list_has_a_form_without_anybody_making_one(client: Client, news: List) -> None:
    page = client.get(URL)

    assert page.status_code == 200
    assert "“News” by e-mail" in page.content.decode()
    assert "About twice a month." in page.content.decode()
    assert not SignUpForm.objects.exists()


def test_a_private_list_has_none(client: Client, news: List) -> None:
    List.objects.update(public=False)

    assert client.get(URL).status_code == 404


def test_signing_up_asks_by_mail_and_confirming_subscribes(client: Client, news: List) -> None:
    page = join(client)

    assert page.status_code == 200
    assert "Look in your inbox" in page.content.decode()
    assert "a••@e••.org" in page.content.decode()
    assert not Contact.objects.exists()
    settle()
    assert Subscription.objects.get().state == "pending"
    assert Dispatch.objects.get().producer == "confirmation"


def test_the_exact_wording_and_its_version_are_kept_as_proof(client: Client, form: SignUpForm) -> None:
    join(client, version=form.version, language="en")
    settle()

    record = ConsentRecord.objects.get()
    assert record.form_version == "news@1/en"
    assert record.wording.splitlines() == [
        "“News” by e-mail",
        "About twice a month.",
        "News",
        "Send me these letters by e-mail. I can unsubscribe at any time with the link in each of them.",
        "[Sign up]",
    ]
    assert (record.method, record.ip) == ("form", "127.0.0.1")


def test_what_was_shown_counts_when_the_wording_has_changed_since(client: Client, form: SignUpForm) -> None:
    form.texts = {"en": {"wording": "Everything, please."}}
    forms.save(form, lists=forms.lists_of(form))

    join(client, version=1, language="en")
    join(client, "bo@example.org", version=2, language="en")
    settle()

    old, new = ConsentRecord.objects.order_by("pk")
    assert "Send me these letters" in old.wording and old.form_version == "news@1/en"
    assert "Everything, please." in new.wording and new.form_version == "news@2/en"


def test_the_answer_is_the_same_whoever_it_is(client: Client, form: SignUpForm, news: List) -> None:
    for name in ("pending", "active", "left", "blocked"):
        makers.make_contact(f"{name}@example.org")
    people = {contact.email.partition("@")[0]: contact for contact in Contact.objects.all()}
    consent.request(people["pending"], news, method="form")
    for name in ("active", "left"):
        makers.subscribe(people[name], news)
    consent.withdraw(people["left"], news, method="page")
    suppression.suppress(people["blocked"].address_hash, reason="hard_bounce")

    answers = []
    for name in ("nobody", "pending", "active", "left", "blocked", "nobody"):
        with CaptureQueriesContext(connection) as queries:
            page = join(client, f"{name}@example.org")
        text = text_of(page).replace(f"{name[0]}••", "x••")
        answers.append((page.status_code, text, len(queries), dict(page.headers).keys()))

    assert all(answer[:3] == answers[0][:3] for answer in answers)


def test_a_robot_gets_the_same_answer_and_nothing_comes_of_it(client: Client, form: SignUpForm) -> None:
    with CaptureQueriesContext(connection) as as_person:
        person = join(client)
    with CaptureQueriesContext(connection) as as_robot:
        robot = join(client, homepage="http://spam.test")
    settle()

    assert text_of(person) == text_of(robot)
    assert len(as_person) == len(as_robot)
    assert SignUp.objects.filter(state="caught").get().email == ""
    assert Confirmation.objects.count() == 1


def test_whoever_left_a_list_with_single_opt_in_is_asked_and_not_revived(client: Client, news: List) -> None:
    List.objects.update(opt_in="single")
    ann = makers.make_contact()
    makers.subscribe(ann, news)
    consent.withdraw(ann, news, method="page")

    join(client)
    settle()

    assert Subscription.objects.get().state == "pending"
    assert Confirmation.objects.filter(contact=ann).exists()
    assert Suppression.objects.exists()


def test_a_person_who_is_known_is_not_changed_by_what_a_stranger_types(
    client: Client, form: SignUpForm
) -> None:
    SignUpForm.objects.update(asks_first_name=True)
    ann = makers.make_contact(first_name="Ann")

    join(client, first_name="Win money")
    join(client, "bo@example.org", first_name="Bo", last_name="not asked")
    settle()

    ann.refresh_from_db()
    bo = Contact.objects.get(email="bo@example.org")
    assert (ann.first_name, bo.first_name, bo.last_name) == ("Ann", "Bo", "")


@pytest.mark.parametrize("email", ["", "ann", "ann@", "ann@example", "ann@example.org\nBcc: x@y.test"])
def test_a_wrong_address_is_said_beside_the_field(client: Client, form: SignUpForm, email: str) -> None:
    page = join(client, email)

    assert page.status_code == 200
    assert 'id="join-email-error"' in page.content.decode()
    assert not SignUp.objects.exists()


def test_several_lists_are_not_ticked_beforehand_and_one_must_be(client: Client, form: SignUpForm) -> None:
    offers = makers.make_list("Offers", opt_in="double")
    form.list = None
    forms.save(form_at("both", form), lists=[form.lists.get(), offers])

    page = client.get("/join/both/").content.decode()
    assert page.count('type="checkbox"') == 2 and " checked" not in page

    refused = client.post("/join/both/", {"email": "ann@example.org"})
    assert "Choose at least one" in refused.content.decode()

    client.post("/join/both/", {"email": "ann@example.org", "list": [offers.pk]})
    settle()
    assert Subscription.objects.get().list == offers


def form_at(slug: str, like: SignUpForm) -> SignUpForm:
    return SignUpForm(name="Both", slug=slug, brand=like.brand)


def test_one_letter_asks_for_several_lists(client: Client, form: SignUpForm) -> None:
    offers = makers.make_list("Offers", opt_in="double")
    both = [form.lists.get(), offers]
    forms.save(form_at("both", form), lists=both)

    client.post("/join/both/", {"email": "ann@example.org", "list": [list_.pk for list_ in both]})
    settle()

    assert Dispatch.objects.count() == 1
    assert [list_.name for list_ in Confirmation.objects.get().lists()] == ["News", "Offers"]


def test_a_form_of_another_site_is_answered_in_place(client: Client, form: SignUpForm) -> None:
    headers = {"accept": "application/json", "origin": "https://shop.test"}

    good = client.post(URL, {"email": "ann@example.org"}, headers=headers)
    bad = client.post(URL, {"email": "ann"}, headers=headers)

    assert (good.status_code, bad.status_code) == (200, 200)
    assert good.json()["message"].startswith("Look in your inbox")
    assert list(bad.json()["errors"]) == ["email"]
    assert good.headers["Access-Control-Allow-Origin"] == bad.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in good.headers
    assert not good.cookies


def test_afterwards_one_may_be_sent_on_to_the_sites_own_page(client: Client, form: SignUpForm) -> None:
    SignUpForm.objects.update(redirect_url="https://shop.test/thanks?a=1&b=2")

    page = join(client)

    assert (page.status_code, page.headers["Location"]) == (303, "https://shop.test/thanks?a=1&b=2")
    assert "form-action 'self' https://shop.test;" in client.get(URL).headers["Content-Security-Policy"]


def test_a_closed_form_takes_nobody(client: Client, form: SignUpForm) -> None:
    SignUpForm.objects.update(active=False)

    assert client.get(URL).status_code == 410
    assert join(client).status_code == 410
    assert not SignUp.objects.exists()


def test_who_is_too_fast_waits_and_who_worked_for_it_does_not(client: Client, form: SignUpForm) -> None:
    stamp = protection.stamp()
    join(client, stamp=stamp)
    join(client, "bo@example.org", stamp=stamp, altcha=solved(client))
    with clock.frozen(clock.now() + timedelta(seconds=3)):
        join(client, "cy@example.org", stamp=stamp)

    by_sign = list(SignUp.objects.order_by("pk").values_list("sign", flat=True))
    assert by_sign == ["hasty", "", ""]
    assert SignUp.objects.order_by("pk")[0].due_at > clock.now()


def test_a_crowd_waits_and_is_never_refused_but_who_worked_for_it_passes(
    client: Client, form: SignUpForm
) -> None:
    pages = [
        client.post(URL, {"email": f"person{number}@example.org"}, REMOTE_ADDR=f"198.51.{number}.1")
        for number in range(protection.CROWD_AT_FORM + 1)
    ]
    client.post(URL, {"email": "ann@example.org", "altcha": solved(client)}, REMOTE_ADDR="203.0.113.9")

    assert {page.status_code for page in pages} == {200}
    waiting, worker = SignUp.objects.order_by("pk")[protection.CROWD_AT_FORM :]
    assert (waiting.sign, waiting.state) == ("crowd", "waiting")
    assert waiting.due_at > clock.now()
    assert (worker.sign, worker.email) == ("", "ann@example.org")
    with clock.frozen(clock.now() + protection.CROWD_WAITS):
        settle()
    waiting.refresh_from_db()
    assert waiting.state == "taken"


def test_many_from_one_place_wait_for_the_hour_to_be_over(client: Client, form: SignUpForm) -> None:
    for number in range(protection.PER_IP + 1):
        join(client, f"person{number}@example.org")

    last = SignUp.objects.latest("pk")
    assert last.sign in ("ip", "crowd") and last.state == "waiting" and last.due_at > clock.now()


def test_the_page_is_small_and_asks_for_nothing_from_elsewhere(client: Client, form: SignUpForm) -> None:
    page = client.get(URL).content.decode()

    assert len(page) < 12_000
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert " style=" not in page and "onclick" not in page


def test_the_page_speaks_the_browsers_language_and_can_be_switched(client: Client, form: SignUpForm) -> None:
    chinese = client.get(URL, headers={"accept-language": "zh-CN,zh;q=0.9"}).content.decode()
    english = client.get(f"{URL}?lang=en", headers={"accept-language": "zh-CN"}).content.decode()

    assert '<html lang="zh-hans">' in chinese and 'href="?lang=en"' in chinese
    assert '<html lang="en">' in english


def test_staffs_own_words_are_shown_as_text(client: Client, form: SignUpForm) -> None:
    form.texts = {"en": {"headline": "<b>Hi</b>"}}
    forms.save(form, lists=forms.lists_of(form))

    assert "&lt;b&gt;Hi" in client.get(URL).content.decode()


def test_looking_writes_nothing(client: Client, form: SignUpForm) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(URL)
        client.head(URL)
        client.get(f"{URL}challenge")

    assert not [query for query in queries if not query["sql"].startswith("SELECT")]
    assert client.get("/join/nothing/").status_code == 404


def test_who_is_on_the_list_already_is_led_on_in_the_same_look(client: Client, form: SignUpForm) -> None:
    assert f'href="/lost/?brand={form.brand_id}"' in client.get(URL).content.decode()


def test_a_link_is_promised_only_to_who_chose_a_list_that_sends_one(
    client: Client, form: SignUpForm, news: List
) -> None:
    offers = makers.make_list("Offers", opt_in="single", public=True, brand=news.brand)
    form.lists.add(offers)

    told = [join(client, list=chosen.pk).content.decode() for chosen in (news, offers)]

    assert ["Look in your inbox" in page for page in told] == [True, False]
    assert ["One more step" in page for page in told] == [True, False]
