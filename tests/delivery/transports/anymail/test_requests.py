"""What each provider is sent for one letter, field by field."""

from __future__ import annotations

import base64
import email
import json
from collections.abc import Callable
from email import policy

import pytest

from mailhub.delivery.contracts import Verdict
from tests.delivery.transports.anymail import provider as fake
from tests.delivery.transports.anymail.conftest import KEY, Connect
from tests.delivery.transports.anymail.marketing import envelope
from tests.delivery.transports.anymail.provider import Answer, Provider, Request

UNSUBSCRIBE = {
    "List-Unsubscribe": "<https://mail.example.org/u/1>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}
FURTHER = {
    **UNSUBSCRIBE,
    "List-Id": "<news.example.org>",
    "Precedence": "bulk",
    "Feedback-ID": "3:campaign:marketing:example.org",
}


def test_sendgrid_gets_every_field(sendgrid: Provider, connect: Connect) -> None:
    outcome = connect("sendgrid", sendgrid.url).send([envelope()]).outcomes[0]
    request = sendgrid.requests[0]
    sent = request.json
    assert (request.path, request.headers["Authorization"]) == ("/mail/send", f"Bearer {KEY}")
    anymail_id = sent["personalizations"][0]["custom_args"]["anymail_id"]
    assert sent == {
        "from": {"email": "ann@example.org", "name": "Ann of the Bakery"},
        "personalizations": [
            {"to": [{"email": "bo1@example.com"}], "custom_args": {"anymail_id": anymail_id}}
        ],
        "reply_to_list": [{"email": "desk@example.org"}],
        "subject": "Grüße",
        "content": [
            {"type": "text/plain", "value": "Hello!\n"},
            {"type": "text/html", "value": "<p>Hello 1!</p>"},
        ],
        "headers": {**FURTHER, "Message-ID": "<7.1.abc@example.org>"},
        "custom_args": {"dispatch_id": "7", "message_id": "1"},
        "tracking_settings": {
            "click_tracking": {"enable": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
            "ganalytics": {"enable": False},
        },
    }
    assert (outcome.verdict, outcome.reply) == (Verdict.ACCEPTED, anymail_id)


def test_mailgun_gets_every_field(mailgun: Provider, connect: Connect) -> None:
    outcome = (
        connect("mailgun", f"{mailgun.url}/v3", sender_domain="mg.example.org").send([envelope()]).outcomes[0]
    )
    request = mailgun.requests[0]
    login = base64.b64encode(f"api:{KEY}".encode()).decode()
    assert (request.path, request.headers["Authorization"]) == (
        "/v3/mg.example.org/messages",
        f"Basic {login}",
    )
    sent = {name: values if len(values) > 1 else values[0] for name, values in request.form.items()}
    headers = {
        name.title(): value for name, value in {**FURTHER, "Message-ID": "<7.1.abc@example.org>"}.items()
    }
    assert sent == {
        "from": "Ann of the Bakery <ann@example.org>",
        "to": "bo1@example.com",
        "subject": "Grüße",
        "text": "Hello!\n",
        "html": "<p>Hello 1!</p>",
        "h:Reply-To": "desk@example.org",
        **{f"h:{name}": value for name, value in headers.items()},
        "v:dispatch_id": "7",
        "v:message_id": "1",
        "o:tracking-clicks": "no",
        "o:tracking-opens": "no",
    }
    assert (outcome.verdict, outcome.reply) == (Verdict.ACCEPTED, "<20261129.1.ABC@mg.example.org>")


def test_mailgun_takes_the_senders_domain_where_none_is_set(mailgun: Provider, connect: Connect) -> None:
    connect("mailgun", f"{mailgun.url}/v3").send([envelope()])
    assert mailgun.requests[0].path == "/v3/example.org/messages"


def _postmark(request: Request) -> Answer:
    return Answer(200, {"To": request.json["To"], "MessageID": "pm-1", "ErrorCode": 0, "Message": "OK"})


def test_postmark_gets_every_field(start: Callable[[fake.Script], Provider], connect: Connect) -> None:
    server = start(_postmark)
    outcome = connect("postmark", server.url, message_stream="broadcast").send([envelope()]).outcomes[0]
    request = server.requests[0]
    assert (request.path, request.headers["X-Postmark-Server-Token"]) == ("/email", KEY)
    sent = request.json
    assert {each["Name"]: each["Value"] for each in sent.pop("Headers")} == FURTHER
    assert sent == {
        "MessageStream": "broadcast",
        "From": "Ann of the Bakery <ann@example.org>",
        "To": "bo1@example.com",
        "ReplyTo": "desk@example.org",
        "Subject": "Grüße",
        "TextBody": "Hello!\n",
        "HtmlBody": "<p>Hello 1!</p>",
        "Metadata": {"dispatch_id": "7", "message_id": "1"},
        "TrackLinks": "None",
        "TrackOpens": False,
    }
    assert (outcome.verdict, outcome.reply) == (Verdict.ACCEPTED, "pm-1")


def test_sparkpost_gets_every_field_and_fills_in_nothing(
    start: Callable[[fake.Script], Provider], connect: Connect
) -> None:
    server = start(
        lambda request: Answer(
            200, {"results": {"total_accepted_recipients": 1, "total_rejected_recipients": 0, "id": "sp-1"}}
        )
    )
    outcome = connect("sparkpost", f"{server.url}/api/v1").send([envelope()]).outcomes[0]
    request = server.requests[0]
    assert (request.path, request.headers["Authorization"]) == ("/api/v1/transmissions/", KEY)
    assert request.json == {
        "content": {
            "from": "Ann of the Bakery <ann@example.org>",
            "subject": "Grüße",
            "reply_to": "desk@example.org",
            "headers": FURTHER,
            "text": "Hello!\n",
            "html": "<p>Hello 1!</p>",
        },
        "recipients": [{"address": {"email": "bo1@example.com", "header_to": "bo1@example.com"}}],
        "metadata": {"dispatch_id": "7", "message_id": "1"},
        "options": {"click_tracking": False, "open_tracking": False, "perform_substitutions": False},
    }
    assert (outcome.verdict, outcome.reply) == (Verdict.ACCEPTED, "sp-1")


@pytest.mark.parametrize(
    ("name", "path", "authorization", "answer", "reply"),
    [
        ("brevo", "/smtp/email", ("Api-Key", KEY), {"messageId": "<b-1>"}, "<b-1>"),
        ("resend", "/emails", ("Authorization", f"Bearer {KEY}"), {"id": "r-1"}, "r-1"),
        (
            "mailjet",
            "/send",
            ("Authorization", "Basic " + base64.b64encode(f"{KEY}:{KEY}".encode()).decode()),
            {
                "Messages": [
                    {
                        "Status": "success",
                        "To": [{"Email": "bo1@example.com", "MessageID": 456, "MessageUUID": "u"}],
                    }
                ]
            },
            "456",
        ),
        (
            "mandrill",
            "/messages/send.json",
            None,
            [{"email": "bo1@example.com", "status": "sent", "_id": "m-1"}],
            "m-1",
        ),
        ("mailtrap", "/send", ("Api-Token", KEY), {"success": True, "message_ids": ["t-1"]}, "t-1"),
    ],
)
def test_others_get_the_letter_its_unsubscribe_headers_and_the_key(
    name: str,
    path: str,
    authorization: tuple[str, str] | None,
    answer: object,
    reply: str,
    start: Callable[[fake.Script], Provider],
    connect: Connect,
) -> None:
    server = start(lambda request: Answer(200, answer))
    result = connect(name, server.url).send([envelope()])
    assert result.route_error == ""
    request = server.requests[0]
    assert request.path == path
    if authorization:
        headers = {header.lower(): value for header, value in request.headers.items()}
        assert headers[authorization[0].lower()] == authorization[1]
    else:
        assert request.json["key"] == KEY
    written = json.dumps(request.json, ensure_ascii=False)
    expected = [
        "ann@example.org",
        "bo1@example.com",
        "desk@example.org",
        "Grüße",
        "<p>Hello 1!</p>",
        *UNSUBSCRIBE.values(),
    ]
    assert [each for each in expected if each not in written] == []
    assert (result.outcomes[0].verdict, result.outcomes[0].reply) == (Verdict.ACCEPTED, reply)


def test_a_ready_made_letter_goes_with_its_parts_and_files(sendgrid: Provider, connect: Connect) -> None:
    made = email.message.EmailMessage(policy=policy.SMTP)
    made["From"], made["To"], made["Subject"] = "Ann <ann@example.org>", "bo1@example.com", "Grüße"
    made["Bcc"], made["X-Order"] = "boss@example.org", "17"
    made.set_content("Hello\n")
    made.add_alternative("<p>Hello</p>", subtype="html")
    made.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="bill.pdf")
    letter = envelope()
    letter.headers = [("Message-ID", "<7.1.abc@example.org>"), ("Auto-Submitted", "auto-generated")]
    letter.prepared, letter.text, letter.html = made.as_bytes(), "", ""
    assert connect("sendgrid", sendgrid.url).send([letter]).outcomes[0].verdict == Verdict.ACCEPTED
    sent = sendgrid.requests[0].json
    assert (sent["subject"], sent["personalizations"][0]["to"]) == ("Grüße", [{"email": "bo1@example.com"}])
    assert [part["value"].strip() for part in sent["content"]] == ["Hello", "<p>Hello</p>"]
    assert sent["headers"] == {
        "X-Order": "17",
        "Message-ID": "<7.1.abc@example.org>",
        "Auto-Submitted": "auto-generated",
    }
    file = sent["attachments"][0]
    assert (file["filename"], base64.b64decode(file["content"])) == ("bill.pdf", b"%PDF-1.4")
    assert "boss@example.org" not in sendgrid.requests[0].body.decode()


def test_what_a_provider_cannot_carry_is_refused_with_a_sentence(
    start: Callable[[fake.Script], Provider], connect: Connect
) -> None:
    server = start(lambda request: Answer(200, {"messageId": "<b-1>"}))
    letter = envelope()
    letter.headers.append(("X-City", "Zürich"))
    outcome = connect("brevo", server.url).send([letter]).outcomes[0]
    assert outcome.verdict == Verdict.REFUSED
    assert outcome.reply.startswith(
        "Brevo cannot carry this letter: Brevo does not support non-ASCII characters"
    )
    assert outcome.reply.endswith("Send it by another route.")
    assert server.requests == []
