"""Double opt-in: the question by mail, and the link in it."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from contacts.models import Confirmation, ConsentRecord, Contact, List, Subscription
from contacts.services import confirmation_mail, confirmations, consent, overdue, people, signups
from contacts.services.evidence import Evidence
from contacts.services.signups import Answer
from mailhub.delivery.models import Brand, Dispatch, Message, PreparedLetter
from mailhub.delivery.services import suppression
from mailhub.delivery.tokens import BadToken
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from tests.contacts import makers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def news() -> List:
    return makers.make_list(opt_in="double")


def token_of(row: Confirmation) -> str:
    return confirmation_mail.link(row, brand=row.list.brand).rpartition("/")[2]


def start(contact: Contact, list_: List, **fields: object) -> str:
    """Sign up; the token of the newest question."""
    signups.start(contact, list_, method="form", **fields)  # type: ignore[arg-type]  # test data
    return token_of(Confirmation.objects.latest("pk"))


def state_of(contact: Contact) -> str:
    return Subscription.objects.filter(contact=contact).values_list("state", flat=True).first() or ""


def mails() -> int:
    return Dispatch.objects.filter(producer="confirmation").count()


def test_a_list_with_single_opt_in_subscribes_at_once() -> None:
    ann = makers.make_contact()

    signups.start(ann, makers.make_list(), method="form")

    assert state_of(ann) == "subscribed"
    assert mails() == 0


def test_a_list_with_double_opt_in_asks_by_mail(news: List) -> None:
    ann = makers.make_contact(first_name="Win money at http://spam.test", locale="zh-CN")

    token = start(ann, news)

    assert state_of(ann) == "pending"
    row = Message.objects.get(dispatch=Dispatch.objects.get(producer="confirmation"))
    assert (row.address, row.contact_id, row.state) == ("ann@example.org", ann.pk, "queued")
    letter = message_from_bytes(bytes(PreparedLetter.objects.get().mime), policy=default)
    bodies = [part.get_content() for part in letter.walk() if not part.is_multipart()]  # type: ignore[attr-defined]  # EmailMessage
    assert len(bodies) == 2
    assert all(f"/confirm/{token}" in body for body in bodies)
    assert not any("spam.test" in body for body in [*bodies, str(letter)])
    assert "News" in str(letter["Subject"])


def test_the_link_confirms_once_and_keeps_the_proof(news: List) -> None:
    ann = makers.make_contact()
    token = start(ann, news)

    assert signups.look(token).answer == Answer.READY
    assert signups.confirm(token, evidence=Evidence(ip="192.0.2.9")).answer == Answer.CONFIRMED
    assert signups.confirm(token).answer == Answer.ALREADY

    assert state_of(ann) == "subscribed"
    record = ConsentRecord.objects.get(action="confirmed")
    assert (record.method, record.ip, record.basis) == ("confirmation", "192.0.2.9", "express")


def test_the_link_ends_after_seven_days(news: List) -> None:
    ann = makers.make_contact()
    token = start(ann, news)

    with clock.frozen(clock.now() + 7 * DAY):
        assert signups.confirm(token).answer == Answer.EXPIRED

    assert state_of(ann) == "pending"


def test_the_link_does_not_revive_who_left_since(news: List) -> None:
    ann = makers.make_contact()
    token = start(ann, news)
    consent.withdraw(ann, news, method="one_click")

    assert signups.confirm(token).answer == Answer.LEFT

    with clock.frozen(clock.now() + DAY):
        newer = start(ann, news)
        assert signups.confirm(token).answer == Answer.EXPIRED
        assert signups.confirm(newer).answer == Answer.CONFIRMED
    assert state_of(ann) == "subscribed"


def test_the_link_is_bound_to_the_address_that_was_asked(news: List) -> None:
    ann = makers.make_contact()
    token = start(ann, news)
    people.update(ann, email="bo@example.org")

    assert signups.confirm(token).answer == Answer.EXPIRED


def test_a_link_whose_sign_up_is_gone_has_expired(news: List) -> None:
    ann = makers.make_contact()
    token = start(ann, news)
    ann.delete()

    assert signups.look(token) == signups.Asked(Answer.EXPIRED)


def test_an_altered_link_is_not_ours(news: List) -> None:
    token = start(makers.make_contact(), news)

    with pytest.raises(BadToken):
        signups.confirm(token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_who_unsubscribed_or_was_erased_is_asked_and_comes_back_by_confirming(news: List) -> None:
    ann = makers.make_contact()
    for reason in ("unsubscribed", "erased"):
        suppression.suppress(ann.address_hash, reason=reason)

    token = start(ann, news)
    assert Message.objects.get().state == "queued"
    signups.confirm(token)

    assert suppression.stopping(ann.address_hash, scope_keys=[news.key]) is None


def test_a_dead_mailbox_is_not_asked(news: List) -> None:
    ann = makers.make_contact()
    suppression.suppress(ann.address_hash, reason="hard_bounce")

    start(ann, news)

    assert Message.objects.get().state == "skipped"


def test_an_address_is_asked_once_in_ten_minutes_and_three_times_a_day(news: List) -> None:
    ann, began = makers.make_contact(), clock.now()
    counts = []
    for minutes in (0, 9, 10, 20, 30, 24 * 60):
        with clock.frozen(began + timedelta(minutes=minutes)):
            start(ann, news)
            counts.append(mails())

    assert counts == [1, 1, 2, 3, 3, 4]


def test_who_is_on_the_list_is_not_asked_again(news: List) -> None:
    ann = makers.make_contact()
    makers.subscribe(ann, news)

    signups.start(ann, news, method="form")

    assert (state_of(ann), mails()) == ("subscribed", 0)


def test_a_question_that_a_limit_held_back_is_mailed_later(news: List) -> None:
    ann, began = makers.make_contact(), clock.now()
    with clock.frozen(began):
        start(ann, news)
        start(ann, makers.make_list("Offers", opt_in="double"))
    assert mails() == 1

    assert overdue.mail_due(now=began + timedelta(minutes=5)) == 0
    assert overdue.mail_due(now=began + timedelta(minutes=10)) == 1
    assert overdue.mail_due(now=began + timedelta(minutes=30)) == 0


def test_there_is_one_reminder_and_none_for_who_has_answered(news: List) -> None:
    began = clock.now()
    start(makers.make_contact(), news)
    signups.confirm(start(makers.make_contact("bo@example.org"), news))

    sent = [overdue.mail_due(now=began + days * DAY) for days in (1, 3, 4, 6)]

    assert sent == [0, 1, 0, 0]


def test_a_sign_up_that_nobody_confirmed_is_forgotten_after_thirty_days(news: List) -> None:
    ann = makers.make_contact()
    start(ann, news, brought_contact=True, evidence=Evidence(ip="192.0.2.1", user_agent="Browser"))

    assert overdue.forget_stale(now=clock.now() + 29 * DAY) == 0
    assert overdue.forget_stale(now=clock.now() + 31 * DAY) == 1

    assert not Contact.objects.exists()
    assert set(ConsentRecord.objects.values_list("action", "contact", "ip", "user_agent")) == {
        ("requested", None, None, ""),
        ("lapsed", None, None, ""),
    }


def test_a_contact_that_was_there_before_stays_and_stands_where_it_stood(news: List) -> None:
    ann = makers.make_contact()
    makers.subscribe(ann, news)
    consent.withdraw(ann, news, method="page")
    start(ann, news)

    overdue.forget_stale(now=clock.now() + 31 * DAY)

    assert state_of(ann) == "unsubscribed"
    assert consent.rebuild(ann) == {news.pk: "unsubscribed"}


def test_a_brand_without_sender_is_named(news: List) -> None:
    news.brand.sender_address = ""
    news.brand.save()

    with pytest.raises(confirmation_mail.NoSender, match="Shop"):
        signups.start(makers.make_contact(), news, method="form")


@pytest.mark.parametrize(
    "sender", [{"sender_name": "Ann\r\nBcc: x@example.org"}, {"sender_address": "not-an-address"}]
)
def test_a_brand_with_an_impossible_sender_is_a_refusal_with_a_sentence(sender: dict[str, str]) -> None:
    ann, news = makers.make_contact(), makers.make_list(opt_in="double")
    Brand.objects.update(**sender)
    news.refresh_from_db()

    with pytest.raises(UserError):
        signups.start(ann, news, method="form")
    assert not Confirmation.objects.exists()


def test_a_brand_that_cannot_mail_does_not_hold_up_the_others(news: List) -> None:
    mute = Brand.objects.create(name="Mute")
    for address, list_ in (
        ("ann@example.org", makers.make_list("Mute", brand=mute, opt_in="double")),
        ("bo@example.org", news),
    ):
        contact = makers.make_contact(address)
        consent.request(contact, list_, method="form")
        confirmations.make(contact, [list_], evidence=Evidence(), brought_contact=False, now=clock.now())

    assert overdue.mail_due(now=clock.now()) == 1
    assert Message.objects.get().address == "bo@example.org"


def test_a_sign_up_for_several_lists_that_nobody_confirms_is_forgotten_whole(news: List) -> None:
    lists = [news, makers.make_list("Offers", opt_in="double")]
    signups.start_many(makers.make_contact(), lists, method="form", brought_contact=True)

    assert overdue.forget_stale(now=clock.now() + 31 * DAY) == 2

    assert not Contact.objects.exists() and not Confirmation.objects.exists()


def test_a_question_about_two_lists_is_good_for_the_one_that_still_waits(news: List) -> None:
    ann, began = makers.make_contact(), clock.now()
    offers = makers.make_list("Offers", opt_in="double")
    first = start(ann, news)
    with clock.frozen(began + timedelta(minutes=10)):
        signups.start_many(ann, [news, offers], method="form")
        both = token_of(Confirmation.objects.latest("pk"))
        signups.confirm(first)

        asked = signups.look(both)
        assert (asked.answer, asked.lists) == (Answer.READY, [offers])
        assert signups.confirm(both).answer == Answer.CONFIRMED
        assert signups.look(both).answer == Answer.ALREADY
    assert consent.rebuild(ann) == {news.pk: "subscribed", offers.pk: "subscribed"}


def test_a_question_about_two_lists_does_not_revive_the_one_that_was_left_since(news: List) -> None:
    ann = makers.make_contact()
    offers = makers.make_list("Offers", opt_in="double")
    signups.start_many(ann, [news, offers], method="form")
    token = token_of(Confirmation.objects.get())
    consent.withdraw(ann, offers, method="one_click")

    assert signups.confirm(token).lists == [news]
    assert consent.rebuild(ann) == {news.pk: "subscribed", offers.pk: "unsubscribed"}


def test_a_form_for_two_lists_that_is_sent_twice_asks_once(news: List) -> None:
    ann, began = makers.make_contact(), clock.now()
    lists = [news, makers.make_list("Offers", opt_in="double")]
    with clock.frozen(began):
        signups.start_many(ann, lists, method="form")
        signups.start_many(ann, lists, method="form")

    assert overdue.mail_due(now=began + timedelta(minutes=10)) == 0
    assert (Confirmation.objects.count(), mails()) == (1, 1)
