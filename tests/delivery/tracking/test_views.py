"""The doors that letters lead back to, as mail programs, browsers and scanners knock at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.test import Client

from mailhub.content.engine import compile_variant
from mailhub.content.schema import Schema
from mailhub.content.variants import VariantSource
from mailhub.delivery import contracts, tokens
from mailhub.delivery.contracts import DispatchFacts, MergeData, Recipient, Refusal
from mailhub.delivery.models import CompiledLetter, Dispatch, DispatchLink, Event, Message
from mailhub.delivery.tokens import Payload
from mailhub.delivery.tracking import buffer
from mailhub.lib import clock

CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0"
MakeMessage = Callable[..., Message]


@pytest.fixture
def browser() -> Client:
    """As strict as the real thing: POST without a CSRF token is refused wherever CSRF is checked."""
    return Client(enforce_csrf_checks=True, HTTP_USER_AGENT=CHROME, REMOTE_ADDR="81.2.69.142")


def pixel_path(message: Message) -> str:
    return f"/o/{tokens.mint('open', Payload(dispatch_id=message.dispatch_id, message_id=message.pk))}.gif"


def click_path(message: Message, *, number: int = 1, values: tuple[str, ...] = ("Ann",)) -> str:
    payload = Payload(dispatch_id=message.dispatch_id, message_id=message.pk, number=number, values=values)
    return f"/c/{tokens.mint('click', payload)}"


def view_path(message: Message) -> str:
    return f"/v/{tokens.mint('view', Payload(dispatch_id=message.dispatch_id, message_id=message.pk))}"


def recorded() -> list[Event]:
    buffer.drain(1000)
    return list(Event.objects.order_by("id"))


def test_the_pixel_is_a_picture_that_no_cache_keeps_and_an_open(
    browser: Client, make_message: MakeMessage
) -> None:
    message = make_message()
    answer = browser.get(pixel_path(message))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
    assert answer.content.startswith(b"GIF89a\x01\x00\x01\x00") and len(answer.content) == 43
    assert answer["Cache-Control"] == "no-store, private"
    [event] = recorded()
    assert (event.type, event.message_id, event.grade, event.ip) == (
        "opened",
        message.pk,
        "human",
        "81.2.69.142",
    )


def test_a_click_leads_to_the_stored_link_with_its_values_and_is_counted(
    browser: Client, make_message: MakeMessage
) -> None:
    message = make_message()
    answer = browser.get(click_path(message, number=2, values=("Ann & Bo/ä",)))
    assert answer.status_code == 302
    assert answer["Location"] == "https://shop.example.org/2?who=Ann%20%26%20Bo%2F%C3%A4&b=[2]#part"
    assert answer["Cache-Control"] == "no-store, private"
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    [event] = recorded()
    assert (event.type, event.message_id, event.link_number) == ("clicked", message.pk, 2)


def test_head_is_answered_like_get_and_not_counted(browser: Client, make_message: MakeMessage) -> None:
    message = make_message()
    redirect = browser.head(click_path(message))
    assert (redirect.status_code, redirect["Location"]) == (
        302,
        "https://shop.example.org/1?who=Ann&b=[2]#part",
    )
    assert browser.head(pixel_path(message)).status_code == 200
    assert recorded() == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_other_methods_are_not_allowed(browser: Client, make_message: MakeMessage, method: str) -> None:
    message = make_message()
    for path in (pixel_path(message), click_path(message), view_path(message)):
        assert getattr(browser, method)(path).status_code == 405
    assert recorded() == []


def altered(path: str) -> list[str]:
    stem, _, end = path.rpartition(".gif") if path.endswith(".gif") else (path, "", "")
    ending = ".gif" if path.endswith(".gif") else end
    last = "A" if stem[-1] != "A" else "B"
    return [stem[:-1] + last + ending, stem[:-1] + ending, stem + "A" + ending, stem[:3] + "forged" + ending]


def test_forged_altered_and_exchanged_tokens_are_unknown(browser: Client, make_message: MakeMessage) -> None:
    message = make_message()
    paths = [pixel_path(message), click_path(message), view_path(message)]
    forged = [each for path in paths for each in altered(path)]
    forged += [
        f"/c/{tokens.mint('open', Payload(dispatch_id=message.dispatch_id))}",
        "/c/",
        "/o/.gif",
        "/v/x",
        "/c/%C3%A4%00",
    ]
    for path in forged:
        for method in (browser.get, browser.head):
            answer = method(path)
            assert answer.status_code == 404, path
            assert "Location" not in answer
    assert recorded() == []


def test_a_link_that_the_dispatch_does_not_have_is_unknown_and_said_calmly(
    browser: Client, make_message: MakeMessage
) -> None:
    answer = browser.get(click_path(make_message(), number=99))
    assert answer.status_code == 404
    assert "This link leads nowhere" in answer.content.decode()
    assert recorded() == []


@pytest.mark.parametrize(
    "query", ["?url=https://evil.example.com/", "?next=//evil.example.com", "?1=https://e.test"]
)
def test_nothing_in_the_query_changes_where_a_click_leads(
    browser: Client, make_message: MakeMessage, query: str
) -> None:
    answer = browser.get(click_path(make_message()) + query)
    assert answer["Location"] == "https://shop.example.org/1?who=Ann&b=[2]#part"


NASTY = [
    ("https://shop.example.org/a?b=1&c=[2]&d={3}#e?f", "https://shop.example.org/a?b=1&c=[2]&d={3}#e?f"),
    ("https://shop.example.org/a?b=1&amp;c=2", "https://shop.example.org/a?b=1&amp;c=2"),
    ("https://shop.example.org/%7Ea%2fb?x=%20+&y=100%", "https://shop.example.org/%7Ea%2fb?x=%20+&y=100%"),
    ("https://bücher.example/straße?größe=ü#ende", "https://xn--bcher-kva.example/stra%C3%9Fe?gr%C3%B6%C3%9Fe=%C3%BC#ende"),
    ("https://shop.example.org/a b", "https://shop.example.org/a%20b"),
    ("http://shop.example.org:8080/'a\"(b)*!;,|\\^`~", "http://shop.example.org:8080/'a\"(b)*!;,|\\^`~"),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "location"), NASTY)
def test_redirects_are_exact(browser: Client, make_message: MakeMessage, stored: str, location: str) -> None:
    message = make_message()
    DispatchLink.objects.create(dispatch_id=message.dispatch_id, number=7, template=stored)
    assert browser.get(click_path(message, number=7, values=()))["Location"] == location


def test_a_stored_link_that_is_no_web_address_is_not_followed(
    browser: Client, make_message: MakeMessage
) -> None:
    message = make_message()
    DispatchLink.objects.create(dispatch_id=message.dispatch_id, number=7, template="javascript:alert(1)")
    assert browser.get(click_path(message, number=7)).status_code == 404


def test_an_anonymous_click_is_redirected_and_names_nobody(browser: Client, dispatch: Dispatch) -> None:
    token = tokens.mint("click", Payload(dispatch_id=dispatch.pk, number=1, values=("Ann",)))
    assert browser.get(f"/c/{token}").status_code == 302
    [event] = recorded()
    assert (event.message_id, event.contact_id, event.ip, event.user_agent) == (None, None, None, "")
    assert (event.link_number, event.grade) == (1, "human")


def test_a_click_works_after_the_ledger_row_is_gone(browser: Client, make_message: MakeMessage) -> None:
    path = click_path(message := make_message())
    Message.objects.filter(dispatch_id=message.dispatch_id).delete()
    assert browser.get(path).status_code == 302
    assert [event.message_id for event in recorded()] == [None]


def test_clicking_at_once_is_redirected_at_once_and_graded_a_machine(
    browser: Client, make_message: MakeMessage
) -> None:
    path = click_path(make_message(settled_at=clock.now() - timedelta(seconds=1)))
    assert browser.get(path).status_code == 302
    assert [(event.grade, event.rule) for event in recorded()] == [("machine", "too_soon")]


def test_no_door_sets_a_cookie(browser: Client, make_message: MakeMessage) -> None:
    message = make_message()
    for path in (pixel_path(message), click_path(message), click_path(message, number=99)):
        assert not browser.get(path).cookies


def test_a_letter_whose_ledger_row_is_gone_says_so(browser: Client, make_message: MakeMessage) -> None:
    path = view_path(message := make_message())
    Message.objects.filter(dispatch_id=message.dispatch_id).delete()
    answer = browser.get(path)
    assert answer.status_code == 410
    assert "can no longer be shown" in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


class AnnIsKnown:
    """A source that knows its people under the name Ann, or no more."""

    def __init__(self, *, knows: bool) -> None:
        self.knows = knows

    def resolve(
        self, batch: Sequence[Recipient], *, dispatch: DispatchFacts
    ) -> dict[int, MergeData | Refusal]:
        return {recipient.message_id: Refusal("unsubscribed") for recipient in batch}

    def describe(self, recipient: Recipient) -> MergeData | None:
        return MergeData({"contact": {"first_name": "Ann <3"}}) if self.knows else None


def compile_letter(dispatch: Dispatch) -> None:
    link = '<a href="https://shop.example.org/1?who={{ contact.first_name }}">Shop</a>'
    body = "<p>Hello {{ contact.first_name }}</p>" + link
    source = VariantSource(kind="html", locale="en", subject="Hello", body=body)
    program = compile_variant(source, schema=Schema().with_fields({"contact.first_name": "text"}))
    CompiledLetter.objects.create(
        dispatch=dispatch, locale="en", fallback=True, version_id=1, program=program.to_json()
    )


def test_the_letter_as_a_page_is_personal_untracked_and_can_do_nothing(
    browser: Client, make_message: MakeMessage
) -> None:
    message = make_message()
    compile_letter(message.dispatch)
    contracts.register_source(message.dispatch.source, AnnIsKnown(knows=True))
    answer = browser.get(view_path(message))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Hello Ann &lt;3" in page
    assert 'href="https://shop.example.org/1?who=Ann%20%3C3"' in page
    assert "/o/" not in page and "/c/" not in page
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; img-src https: data: 'self';")
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert browser.head(view_path(message)).status_code == 200
    assert recorded() == []


def test_a_letter_to_somebody_who_is_gone_says_so(browser: Client, make_message: MakeMessage) -> None:
    message = make_message()
    compile_letter(message.dispatch)
    contracts.register_source(message.dispatch.source, AnnIsKnown(knows=False))
    answer = browser.get(view_path(message))
    assert (answer.status_code, answer["Cache-Control"]) == (410, "no-store, private")
    assert "can no longer be shown" in answer.content.decode()
