"""Many letters in one call: what the provider fills in is what composing made, for each recipient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mailhub.content.variants import VariantSource
from mailhub.delivery.contracts import Envelope, MergeData, Recipient, Verdict
from mailhub.delivery.models import Dispatch
from mailhub.delivery.services import compiling, composing, ledger, single
from mailhub.delivery.transports.anymail.providers import PROVIDERS
from tests import factories
from tests.content.letters_at_hand import SCHEMA
from tests.delivery.transports.anymail import filling
from tests.delivery.transports.anymail import provider as fake
from tests.delivery.transports.anymail.conftest import Connect
from tests.delivery.transports.anymail.filling import ANSWERS, FILLERS, Letter
from tests.delivery.transports.anymail.provider import Answer, Provider

pytestmark = pytest.mark.django_db

BODY = (
    "<p>Hi {{ contact.first_name | default: 'you' }}, 100% {{ contact.city }}</p>"
    "{% if contact.points > 5 %}<b>Gold {{ contact.points }}</b>{% endif %}"
    '<a href="https://shop.example/{{ contact.first_name }}">Shop</a>'
    "{% for tag in contact.tags %}<i>{{ tag }}</i>{% endfor %}"
)
SETTINGS = {"amazon_ses": {"aws_access_key_id": "AKID"}, "postmark": {"bulk": "yes"}}
MERGING = sorted(FILLERS)
each_provider = pytest.mark.parametrize("name", MERGING)
Start = Callable[[fake.Script], Provider]


def _dispatch(body: str = BODY, subject: str = "For {{ contact.first_name }}") -> Dispatch:
    brand = factories.make_brand()
    dispatch = ledger.open_dispatch(
        stream="marketing",
        lane="bulk",
        brand=brand,
        sender_address=factories.SENDER,
        source=single.SOURCE,
        producer="campaign",
    )
    source = VariantSource(
        kind="html", locale="en", subject=subject, body=body, preheader="For {{ contact.city }}"
    )
    compiling.compile_trial(dispatch, source, schema=SCHEMA)
    return dispatch


def _compose(dispatch: Dispatch, people: list[Mapping[str, Any]]) -> list[Envelope]:
    composer = composing.composer(dispatch)
    return [
        composer.compose(
            Recipient(
                number, dispatch.pk, f"k{number}", f"bo{number}@example.com", f"{number:032x}", number, "", ""
            ),
            MergeData({"contact": {"tags": [], "points": 0, "city": "Riga", **person}}),
        )
        for number, person in enumerate(people, start=1)
    ]


PEOPLE: list[Mapping[str, Any]] = [
    {"first_name": "Ann", "points": 7, "tags": ["a<b", "tea & co"]},
    {"first_name": "Bo \"B\" <b> 'x' \\ $1 😀", "city": "Zürich 北京"},
    {"first_name": None, "city": ""},
    {"first_name": "-mh-x0-", "city": "50%"},
]


def _expected(envelope: Envelope, name: str) -> Letter:
    headers = dict(envelope.headers)
    aside = ("From", "To", "Subject", "Date", "Reply-To")
    kept = {header: value for header, value in headers.items() if header not in aside}
    if name not in ("sendgrid", "mailgun"):
        kept.pop("Message-ID")
    if name == "mailgun":
        kept = {header.title(): value for header, value in kept.items()}
    return Letter(envelope.rcpt_to, headers["Subject"], envelope.text, envelope.html, kept, envelope.metadata)


@each_provider
def test_one_call_gives_everybody_the_letter_that_was_composed(
    name: str, start: Start, connect: Connect
) -> None:
    envelopes = _compose(_dispatch(), PEOPLE)
    server = start(ANSWERS[name])
    result = connect(name, server.url, **SETTINGS.get(name, {})).send(envelopes)
    assert [(each.message_id, each.verdict) for each in result.outcomes] == [
        (envelope.message_id, Verdict.ACCEPTED) for envelope in envelopes
    ]
    assert all(each.reply for each in result.outcomes)
    assert len(server.requests) == 1
    assert FILLERS[name](server.requests[0]) == [_expected(envelope, name) for envelope in envelopes]


@each_provider
def test_everybody_has_an_own_unsubscribe_address_pixel_and_links(
    name: str, start: Start, connect: Connect
) -> None:
    server = start(ANSWERS[name])
    connect(name, server.url, **SETTINGS.get(name, {})).send(_compose(_dispatch(), PEOPLE))
    letters = FILLERS[name](server.requests[0])
    addresses = {letter.headers["List-Unsubscribe"] for letter in letters}
    assert len(addresses) == len(letters)
    assert {letter.headers["List-Unsubscribe-Post"] for letter in letters} == {"List-Unsubscribe=One-Click"}
    assert all("/o/" in letter.html and "/c/" in letter.html for letter in letters)


def test_hundreds_go_in_one_call_and_fifty_with_ses(start: Start, connect: Connect) -> None:
    envelopes = _compose(_dispatch(), [{"first_name": f"P{number}"} for number in range(300)])
    for name, calls in (("sendgrid", 1), ("mailgun", 1), ("sparkpost", 1), ("amazon_ses", 6)):
        server = start(ANSWERS[name])
        result = connect(name, server.url, **SETTINGS.get(name, {})).send(envelopes)
        assert [each.verdict for each in result.outcomes] == [Verdict.ACCEPTED] * 300
        assert len(server.requests) == calls


@pytest.mark.parametrize(
    ("name", "value"),
    [("mailgun", "%recipient.x%"), ("mailgun", "%unsubscribe_url%"), ("sparkpost", "{{ x }}")],
)
def test_a_value_that_reads_like_a_mark_goes_alone(
    name: str, value: str, start: Start, connect: Connect
) -> None:
    people = [{"first_name": "Ann"}, {"first_name": value}, {"first_name": "Cy"}]
    envelopes = _compose(_dispatch(), people)
    server = start(ANSWERS[name])
    result = connect(name, server.url).send(envelopes)
    assert [each.verdict for each in result.outcomes] == [Verdict.ACCEPTED] * 3
    assert len(server.requests) == 2
    if name == "sparkpost":
        letters = [letter for request in server.requests for letter in filling.sparkpost(request)]
        assert sorted(letters, key=lambda letter: letter.to) == [_expected(each, name) for each in envelopes]


def test_a_letter_with_the_providers_braces_is_never_merged(start: Start, connect: Connect) -> None:
    dispatch = _dispatch("<p>{% raw %}{{ x }}{% endraw %} {{ contact.first_name }}</p>")
    envelopes = _compose(dispatch, [{"first_name": "Ann"}, {"first_name": "Bo"}])
    for name in ("sparkpost", "postmark", "amazon_ses"):
        server = start(ANSWERS[name])
        connect(name, server.url, **SETTINGS.get(name, {})).send(envelopes)
        assert len(server.requests) == 2


def test_values_too_long_for_sendgrid_go_alone(start: Start, connect: Connect) -> None:
    envelopes = _compose(
        _dispatch(), [{"first_name": "Ann"}, {"first_name": "B" * 9000}, {"first_name": "Cy"}]
    )
    server = start(ANSWERS["sendgrid"])
    connect("sendgrid", server.url).send(envelopes)
    assert sorted(len(request.json["personalizations"]) for request in server.requests) == [1, 2]


def test_two_letters_to_one_address_go_in_two_calls(start: Start, connect: Connect) -> None:
    envelopes = _compose(_dispatch(), PEOPLE[:3])
    envelopes[2].rcpt_to = "bo1@example.com"
    envelopes[2].headers = [(n, "bo1@example.com" if n == "To" else v) for n, v in envelopes[2].headers]
    server = start(ANSWERS["sendgrid"])
    result = connect("sendgrid", server.url).send(envelopes)
    assert [each.verdict for each in result.outcomes] == [Verdict.ACCEPTED] * 3
    assert len(server.requests) == 2


def test_the_one_that_makes_a_call_fail_is_found_and_the_others_go(start: Start, connect: Connect) -> None:
    def usual(request: fake.Request) -> Answer:
        to = [each["to"][0]["email"] for each in request.json["personalizations"]]
        wrong = "bo5@example.com" in to
        return (
            Answer(400, {"errors": [{"message": "Does not contain a valid address."}]})
            if wrong
            else Answer(202, b"")
        )

    envelopes = _compose(_dispatch(), [{"first_name": f"P{number}"} for number in range(8)])
    server = start(usual)
    result = connect("sendgrid", server.url).send(envelopes)
    refused = [each.message_id for each in result.outcomes if each.verdict == Verdict.REFUSED]
    assert (refused, len(result.outcomes)) == ([5], 8)
    taken = [
        each["to"][0]["email"] for request in server.requests[:] for each in request.json["personalizations"]
    ]
    assert len(server.requests) == 7
    assert set(taken) == {envelope.rcpt_to for envelope in envelopes}


def test_postmark_goes_letter_by_letter_without_its_bulk_api(start: Start, connect: Connect) -> None:
    server = start(ANSWERS["postmark"])
    connect("postmark", server.url).send(_compose(_dispatch(), PEOPLE))
    assert [request.path for request in server.requests] == ["/email"] * 4


def test_what_ses_says_of_each_entry_counts_for_that_letter(start: Start, connect: Connect) -> None:
    statuses = ["SUCCESS", "MESSAGE_REJECTED", "ACCOUNT_THROTTLED", "INVALID_PARAMETER"]
    results = [
        {"Status": status, **({"MessageId": "m-1"} if status == "SUCCESS" else {"Error": "why"})}
        for status in statuses
    ]
    server = start(lambda request: Answer(200, {"BulkEmailEntryResults": results}))
    result = connect("amazon_ses", server.url, aws_access_key_id="AKID").send(_compose(_dispatch(), PEOPLE))
    assert [each.verdict for each in result.outcomes] == [
        Verdict.ACCEPTED,
        Verdict.REFUSED,
        Verdict.DEFERRED,
        Verdict.REFUSED,
    ]
    assert result.outcomes[0].reply == "m-1"
    assert result.outcomes[1].reply == "Amazon SES refused the letter (MESSAGE_REJECTED why)."


def test_ses_that_throttles_every_entry_defers_them_all(start: Start, connect: Connect) -> None:
    results = [{"Status": "ACCOUNT_THROTTLED", "Error": "Maximum sending rate exceeded"}] * 4
    server = start(lambda request: Answer(200, {"BulkEmailEntryResults": results}))
    result = connect("amazon_ses", server.url, aws_access_key_id="AKID").send(_compose(_dispatch(), PEOPLE))
    assert [each.verdict for each in result.outcomes] == [Verdict.DEFERRED] * 4


def test_a_mixed_answer_without_names_leaves_all_in_doubt(start: Start, connect: Connect) -> None:
    results = {"total_accepted_recipients": 3, "total_rejected_recipients": 1, "id": "sp-1"}
    server = start(lambda request: Answer(200, {"results": results}))
    result = connect("sparkpost", server.url).send(_compose(_dispatch(), PEOPLE))
    assert [each.verdict for each in result.outcomes] == [Verdict.UNKNOWN] * 4


def test_a_lost_answer_leaves_all_of_the_call_in_doubt(start: Start, connect: Connect) -> None:
    server = start(ANSWERS["mailgun"])
    server.tell(Answer(hangs_up="answer"))
    result = connect("mailgun", server.url).send(_compose(_dispatch(), PEOPLE))
    assert [each.verdict for each in result.outcomes] == [Verdict.UNKNOWN] * 4
    assert len(server.requests) == 1


def test_a_mail_server_pays_nothing_for_it() -> None:
    envelope = _compose(_dispatch(), PEOPLE[:1])[0]
    assert envelope.as_bytes()
    assert callable(envelope.merge)


def test_every_provider_that_merges_is_tried_here() -> None:
    assert sorted(key for key, each in PROVIDERS.items() if each.merge) == MERGING
