"""The fast letter against the plain one: the same headers and bodies, a signature that verifies."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from typing import Any

import dkim as verifier
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub.content.problems import RenderError
from mailhub.content.variants import VariantSource
from mailhub.delivery import dkim, tokens
from mailhub.delivery.contracts import Envelope, MergeData, Recipient
from mailhub.delivery.headers import HeaderRefused
from mailhub.delivery.models import Dispatch, SendingDomain
from mailhub.delivery.services import brands, compiling, composing, domains, ledger, signing, single
from mailhub.delivery.services.composing import Composer
from mailhub.delivery.transports.smtp import letters
from mailhub.lib import clock, keys
from mailhub.lib.addresses import InvalidAddress
from tests.content.letters_at_hand import SCHEMA as OTHER_SCHEMA
from tests.factories import address_hash

pytestmark = pytest.mark.django_db
SCHEMA = OTHER_SCHEMA.with_fields({"contact.last_name": "text"})
PRIVATE, PUBLIC = dkim.generate_key()
NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
SUBJECT = "{{ contact.first_name | default: 'Dear reader' }}: {{ contact.city }}"
BODY = """<html><body>
  <p>Dear {{ contact.first_name | default: "friend" | upcase }}  of\t{{ contact.city }},</p>
  {% if contact.points > 100 %}<p>You have {{ contact.points }} points.</p>
  {% else %}<p>Hello again.</p>{% endif %}
  <p>亲爱的 {{ contact.last_name }} 🎉 <a href="https://shop.example.org/a?b=c&amp;d=e">Look</a>
  <a href="https://shop.example.org/of/{{ contact.city }}">Near you</a>
  <a href="https://shop.example.org/b">More</a></p>
  <ul>{% for point in (1..2) %}<li>{{ contact.city }} {{ point }}</li>{% endfor %}</ul>
</body></html>
"""
TEXT = """Dear {{ contact.first_name | default: "friend" }},

https://shop.example.org/a?b=c and {{ contact.city }}.
{{ contact.last_name }}
Leave: {{ unsubscribe_url }}
{{ postal_address }}
"""
Make = Callable[..., Composer]


@pytest.fixture
def make() -> Make:
    """Makes the composer of a dispatch with such a letter, whose domain has a key."""

    def make(*, subject: str = SUBJECT, body: str = BODY, text: str = TEXT, **fields: Any) -> Composer:
        brand = brands.default()
        brand.name, brand.postal_address = "Tea & Co", "1 High Street\nTown"
        brand.save()
        domain, _ = SendingDomain.objects.get_or_create(name="shop.example", brand=brand)
        secret = keys.encrypt(PRIVATE, purpose=domains.PURPOSE)
        domain.keys.get_or_create(selector="mh202611a", private_key=secret, public_key=PUBLIC)
        dispatch = ledger.open_dispatch(
            lane="bulk",
            brand=brand,
            sender_name="Tea & Co",
            sender_address="news@shop.example",
            source=single.SOURCE,
            producer="campaign",
            **{"stream": "marketing", **fields},
        )
        source = VariantSource("html", "en", subject=subject, preheader="", body=body, text=text)
        compiling.compile_trial(dispatch, source, schema=SCHEMA)
        return composing.composer(Dispatch.objects.get(pk=dispatch.pk))

    return make


def recipient(composer: Composer, *, message_id: int = 70, address: str = "ann@example.org") -> Recipient:
    return Recipient(
        message_id, composer.dispatch.pk, "key", address, address_hash(address), 3, "list:7", "en"
    )


def merge(**contact: Any) -> MergeData:
    return MergeData(
        {"contact": contact, "list": {"slug": "news", "name": "Nachrichten für alle"}}, list_id=7
    )


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, MIMEPart)
    # EmailMessage ends every text with a line end.
    return str(part.get_content()).replace("\r\n", "\n").removesuffix("\n")


def control(envelope: Envelope) -> EmailMessage:
    """The parts of an envelope as the standard library would write them."""
    message = EmailMessage(policy.SMTP.clone(max_line_length=900))
    for name, value in envelope.headers:
        message[name] = value
    message.set_content(envelope.text, cte="base64")
    message.add_alternative(envelope.html, subtype="html", cte="base64")
    return parsed(message.as_bytes())


def verifies(raw: bytes) -> bool:
    key = SendingDomain.objects.get(name="shop.example").keys.get().public_key
    try:
        return bool(
            verifier.verify(raw, dnsfunc=lambda name, timeout=5: b"v=DKIM1; k=rsa; p=" + key.encode())
        )
    except verifier.DKIMException:
        return False


def changed(raw: bytes, *, at: int) -> bytes:
    """`raw` with another letter or digit in the place of the next one from `at` on."""
    at = next(index for index in (*range(at, len(raw)), *range(at)) if raw[index : index + 1].isalnum())
    other = b"x" if raw[at : at + 1].lower() != b"x" else b"y"
    return raw[:at] + other + raw[at + 1 :]


texts = st.text(st.sampled_from(" a<&\"'=.\t\n\ré中🎉\u202e\u200f\x01\x00\u2028"), max_size=10)
values = (
    st.none()
    | texts
    | st.sampled_from(["Ann", "王小明", "y" * 1200, "<b>x</b>", "a  b ", "From x", ".", "..x\n.y", "." * 200])
)


def test_a_fast_letter_is_the_plain_one_and_its_signature_verifies(make: Make) -> None:
    composer = make()

    @settings(max_examples=40, deadline=None)
    @given(
        st.fixed_dictionaries(
            {"first_name": values, "last_name": values, "city": values, "points": st.integers()}
        ),
        st.data(),
    )
    def check(contact: dict[str, Any], data: st.DataObject) -> None:
        with clock.frozen(NOW):
            fast = composer.compose(recipient(composer), merge(**contact))
            plain = composer.compose_plainly(recipient(composer), merge(**contact))
            raw = fast.as_bytes()
        assert (fast.mail_from, fast.rcpt_to, fast.metadata) == (
            plain.mail_from,
            plain.rcpt_to,
            plain.metadata,
        )
        wanted, found = control(plain), parsed(raw)
        assert {name: str(found[name]) for name, _ in plain.headers} == {
            name: str(wanted[name]) for name, _ in plain.headers
        }
        assert [body_of(found, kind) for kind in ("plain", "html")] == [
            body_of(wanted, kind) for kind in ("plain", "html")
        ]
        assert (fast.headers, fast.text, fast.html) == (plain.headers, plain.text, plain.html)
        assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
        assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
        assert fast.is_wire_form and letters.stuffed(raw) == raw
        assert verifies(raw)
        head, end, body = raw.partition(b"\r\n\r\n")
        at = data.draw(st.integers(0, len(body) - 1))
        assert not verifies(head + end + changed(body, at=at))

    check()


def test_a_changed_byte_in_a_signed_header_shows(make: Make) -> None:
    composer = make(reply_to="cy@shop.example")
    raw = composer.compose(recipient(composer), merge(first_name="Ann", city="Riga")).as_bytes()
    assert verifies(raw)
    names = [name for name, _ in parsed(raw).items() if name != "DKIM-Signature"]
    assert len(names) == 13
    for name in names:
        value = raw.index(b"\r\n" + name.encode() + b":") + len(name) + 3
        assert not verifies(changed(raw, at=value)), name


def test_a_second_header_in_front_of_a_signed_one_shows(make: Make) -> None:
    composer = make()
    raw = composer.compose(recipient(composer), merge(first_name="Ann", city="Riga")).as_bytes()
    for name in ("From", "To", "Subject", "Date", "Reply-To"):
        assert not verifies(f"{name}: x@evil.example\r\n".encode() + raw), name


def test_a_retry_sends_the_same_bytes(make: Make) -> None:
    composer = make()
    with clock.frozen(NOW):
        first, second = (
            composer.compose(recipient(composer), merge(city="Riga")).as_bytes() for _ in range(2)
        )
    assert first == second


def test_threads_may_ask_for_the_bytes(make: Make) -> None:
    composer = make()
    with clock.frozen(NOW):
        everybody = [recipient(composer, message_id=number) for number in range(1, 41)]
        wanted = [composer.compose(each, merge(city="Riga")).as_bytes() for each in everybody]
        envelopes = [composer.compose(each, merge(city="Riga")) for each in everybody]
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(Envelope.as_bytes, envelopes))
    assert found == wanted


def test_what_a_letter_leads_to_can_be_read_back(make: Make) -> None:
    composer = make()
    text = composer.compose(recipient(composer), merge(city="Riga")).text
    page = text.partition("Leave: ")[2].split()[0].rpartition("/")[2]
    assert tokens.read("unsubscribe", page) == tokens.Payload(
        composer.dispatch.pk, 70, 3, 7, address_hash=address_hash("ann@example.org")
    )
    click = text.partition("/c/")[2].split()[0]
    named = tokens.read("click", click)
    assert (named.dispatch_id, named.message_id) == (composer.dispatch.pk, 70)
    assert composer.dispatch.links.get(number=named.number).template == "https://shop.example.org/a?b=c"


@pytest.mark.parametrize("tracking", ["anonymous", "off"])
def test_the_privacy_of_a_person_is_kept(make: Make, tracking: Any) -> None:
    composer = make()
    bo = recipient(composer, message_id=71, address="bo@example.org")
    ann, other = (
        composer.compose(each, replace(merge(city="Riga"), tracking=tracking))
        for each in (recipient(composer), bo)
    )
    links = [line for line in ann.html.split('"') if "/c/" in line or "/o/" in line]
    assert links == [line for line in other.html.split('"') if "/c/" in line or "/o/" in line]
    assert bool(links) == (tracking == "anonymous")
    assert (
        ann.html
        == composer.compose_plainly(recipient(composer), replace(merge(city="Riga"), tracking=tracking)).html
    )


def test_a_part_that_is_empty_for_somebody_is_left_out(make: Make) -> None:
    composer = make(text="{% if contact.city %}{{ contact.city }}{% endif %}", stream="transactional")
    composer.programs = {
        name: replace(program, text=program.text[:1]) for name, program in composer.programs.items()
    }
    envelope = composer.compose(recipient(composer), merge(first_name="Ann"))
    assert parsed(envelope.as_bytes()).get_content_type() == "text/html"
    assert parsed(composer.compose(recipient(composer), merge(city="Riga")).as_bytes()).is_multipart()


@pytest.mark.parametrize(
    ("address", "error"), [("ann@example.org\r\nRCPT TO:<x@y.z>", Exception), ("ann", InvalidAddress)]
)
def test_an_address_that_would_smuggle_is_refused(make: Make, address: str, error: type[Exception]) -> None:
    composer = make()
    with pytest.raises((HeaderRefused, InvalidAddress)):
        composer.compose(recipient(composer, address=address), merge()).as_bytes()


def test_a_letter_that_cannot_be_written_for_one_person_names_the_reason(make: Make) -> None:
    composer = make(body="<p>{% if contact.points > 'a' %}x{% endif %}</p>")
    with pytest.raises(RenderError, match="compares"):
        composer.compose(recipient(composer), merge(points=3))


def signature_of(composer: Composer) -> str:
    """The selector of the key that a letter of the dispatch is signed with now, after two seconds; "" unsigned."""
    signing.forget()
    again = composing.composer(Dispatch.objects.get(pk=composer.dispatch.pk))
    raw = again.compose(recipient(again), merge(first_name="Ann")).as_bytes()
    found = re.search(rb"\bs=(\w+);", raw) if raw.startswith(b"DKIM-Signature") else None
    return found[1].decode() if found else ""


def test_a_change_of_who_signs_reaches_dispatches_that_have_begun(make: Make) -> None:
    composer = make()
    domain = SendingDomain.objects.get(name="shop.example")
    assert signature_of(composer) == "mh202611a"
    domains.leave_signing(domain, to_relay=True)
    assert signature_of(composer) == ""
    domains.leave_signing(domain, to_relay=False)
    assert signature_of(composer) == "mh202611a"


def test_a_new_key_signs_letters_of_dispatches_that_have_begun_once_it_takes_over(make: Make) -> None:
    composer = make()
    key = domains.rotate(SendingDomain.objects.get(name="shop.example"))
    assert signature_of(composer) == "mh202611a"
    domains.take_over(key)
    assert signature_of(composer) == key.selector != "mh202611a"


def test_who_signs_is_asked_once_in_two_seconds(
    make: Make, django_assert_num_queries: Any, django_capture_on_commit_callbacks: Any
) -> None:
    dispatch = make().dispatch
    with django_assert_num_queries(0):
        assert composing.composer(dispatch) is composing.composer(dispatch)
    with django_capture_on_commit_callbacks(execute=True):
        domains.leave_signing(SendingDomain.objects.get(name="shop.example"), to_relay=True)
    assert composing.composer(dispatch).signer is None


def test_the_letter_as_a_page_has_plain_links_and_no_pixel(make: Make) -> None:
    composer = make()
    page = composer.view(recipient(composer), merge(city="Riga"))
    assert 'href="https://shop.example.org/of/Riga"' in page
    assert "/c/" not in page
    assert "/o/" not in page
