"""Amazon SES through boto3, against moto's server, and against one that answers as its API reference says."""

from __future__ import annotations

import base64
import email
from collections.abc import Iterator
from email import policy
from typing import Any

import boto3
import pytest
import requests
from moto.core import DEFAULT_ACCOUNT_ID
from moto.server import ThreadedMotoServer
from moto.ses.models import ses_backends

from mailhub.delivery.contracts import Verdict
from tests.delivery.transports.anymail.conftest import Connect
from tests.delivery.transports.anymail.marketing import envelope, envelopes
from tests.delivery.transports.anymail.provider import Answer, Provider

AWS = {"region_name": "eu-central-1", "aws_access_key_id": "AKIDEXAMPLE"}


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def account(moto: str) -> Iterator[Any]:
    """A fresh account in which ann@example.org may send."""
    client = boto3.client(
        "sesv2",
        endpoint_url=moto,
        region_name="eu-central-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
    )
    client.create_email_identity(EmailIdentity="ann@example.org")
    yield client
    requests.post(f"{moto}/moto-api/reset", timeout=10)


def test_ses_takes_letters_and_gives_each_its_id(account: Any, moto: str, connect: Connect) -> None:
    result = connect("amazon_ses", moto, **AWS).send(envelopes(5))
    assert result.route_error == ""
    assert [each.verdict for each in result.outcomes] == [Verdict.ACCEPTED] * 5
    assert len({each.reply for each in result.outcomes}) == 5
    kept = ses_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].sent_messages
    # moto names a recipient of Destination and of the letter's To twice.
    assert sorted(address for each in kept for address in set(each.destinations)) == [
        f"bo{number}@example.com" for number in range(1, 6)
    ]
    assert {each.id for each in kept} == {each.reply for each in result.outcomes}
    parsed = [email.message_from_string(each.raw_data, policy=policy.default) for each in kept]
    assert {str(each["Subject"]) for each in parsed} == {"Grüße"}


def test_a_sender_that_ses_does_not_know_fails_the_route(moto: str, connect: Connect) -> None:
    result = connect("amazon_ses", moto, **AWS).send(envelopes(3))
    assert result.outcomes == []
    assert result.route_error.startswith("Amazon SES takes no letters by this account (")
    assert "authority to send" in result.route_error


def _ses(request: Any) -> Answer:
    return Answer(200, {"MessageId": "0100-abc"})


def test_ses_gets_the_letter_whole_and_signed_by_the_account(start: Any, connect: Connect) -> None:
    server: Provider = start(_ses)
    outcome = (
        connect("amazon_ses", server.url, **AWS, configuration_set_name="quiet")
        .send([envelope()])
        .outcomes[0]
    )
    request = server.requests[0]
    assert request.path == "/v2/email/outbound-emails"
    assert request.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    sent = request.json
    assert sent["Destination"] == {"ToAddresses": ["bo1@example.com"]}
    assert sent["ConfigurationSetName"] == "quiet"
    letter: Any = email.message_from_bytes(
        base64.b64decode(sent["Content"]["Raw"]["Data"]), policy=policy.default
    )
    assert letter["From"] == "Ann of the Bakery <ann@example.org>"
    assert (letter["Subject"], letter["To"], letter["Reply-To"]) == (
        "Grüße",
        "bo1@example.com",
        "desk@example.org",
    )
    assert letter["List-Unsubscribe"] == "<https://mail.example.org/u/1>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["X-Metadata"] == '{"dispatch_id": "7", "message_id": "1"}'
    assert letter.get_body(("plain",)).get_content() == "Hello!\n"
    assert letter.get_body(("html",)).get_content().strip() == "<p>Hello 1!</p>"
    assert (outcome.verdict, outcome.reply) == (Verdict.ACCEPTED, "0100-abc")


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (400, "MessageRejected", Verdict.REFUSED),
        (400, "BadRequestException", Verdict.REFUSED),
        (429, "TooManyRequestsException", Verdict.DEFERRED),
        (400, "LimitExceededException", Verdict.DEFERRED),
        (500, "InternalFailure", Verdict.DEFERRED),
        (403, "InvalidClientTokenId", None),
        (400, "MailFromDomainNotVerifiedException", None),
        (400, "SendingPausedException", None),
        (400, "AccountSuspendedException", None),
        (404, "NotFoundException", None),
    ],
)
def test_every_error_of_ses_has_its_meaning(
    start: Any, connect: Connect, status: int, code: str, verdict: Verdict | None
) -> None:
    server: Provider = start(
        lambda request: Answer(status, {"message": "It said so"}, {"x-amzn-ErrorType": code})
    )
    result = connect("amazon_ses", server.url, **AWS).send([envelope()])
    assert [each.verdict for each in result.outcomes] == ([verdict] if verdict else [])
    assert ("It said so" in result.route_error) is (verdict is None)
    assert len(server.requests) == 1


@pytest.mark.parametrize("told", [Answer(hangs_up="answer"), Answer(hangs_up="headers")])
def test_ses_is_never_asked_twice_after_a_lost_answer(start: Any, connect: Connect, told: Answer) -> None:
    server: Provider = start(_ses)
    server.tell(told)
    outcome = connect("amazon_ses", server.url, **AWS).send([envelope()]).outcomes[0]
    assert outcome.verdict == Verdict.UNKNOWN
    assert server.connections == 1
