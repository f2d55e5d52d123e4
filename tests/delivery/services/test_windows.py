"""Window by window: limits hold what has no room, the circuit breaker stops, a pause ends after one window."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from mailhub.delivery.contracts import BatchResult, Outcome, Verdict
from mailhub.delivery.models import Chunk, Dispatch, Due, Message, SendingDomain
from mailhub.delivery.selectors.balance import balance
from mailhub.delivery.services import claims, domains, ledger, limits, sending, signing, windows
from mailhub.delivery.transports import registry
from mailhub.delivery.transports.memory import MemoryTransport
from mailhub.lib import addresses, clock
from mailhub.lib.environment import SmtpServer
from tests import factories
from tests.delivery.limits import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


@pytest.fixture(autouse=True)
def nothing_learnt(monkeypatch):
    """No route is known yet, whatever ran before in this process."""
    monkeypatch.setattr(windows, "_pace", windows.Pace())


@pytest.fixture
def lead_out(monkeypatch, settings):
    """Puts a transport behind a route that leads out of the house, as far as anybody can tell."""
    registry.close_all()
    settings.MAILHUB_SMTP = SmtpServer("mail.example.net", 25, "", "", "none")

    def by(transport):
        monkeypatch.setitem(registry.FACTORIES, "smtp", lambda route: transport)
        return transport

    yield by
    registry.close_all()


@pytest.fixture
def memory(lead_out):
    return lead_out(MemoryTransport())


def state_of(dispatch: Dispatch) -> str:
    return Dispatch.objects.get(pk=dispatch.pk).state


def test_over_the_cap_of_a_day_the_rest_stays_queued_and_the_chunk_is_laid_down(memory):
    makers.limit_route(per_day=30)
    dispatch = factories.make_sending_dispatch(factories.addresses_of(100))
    sending.deliver_bulk()
    # Campaigns leave a twentieth of a day that they share with single letters free.
    assert (balance(dispatch.pk).sent, balance(dispatch.pk).queued) == (29, 71)
    assert not Due.objects.exists()
    chunk = Chunk.objects.get()
    assert (chunk.owner, chunk.done_id, chunk.finished) == ("", chunk.intent_id, False)
    assert chunk.lease_until > clock.now()
    assert claims.claim() is None
    assert set(Message.objects.filter(dispatch=dispatch).values_list("attempts", flat=True)) == {0, 1}


def test_a_laid_down_chunk_goes_on_when_there_is_room_again(memory):
    limit = makers.limit_route(per_day=30)
    dispatch = factories.make_sending_dispatch(factories.addresses_of(100))
    sending.deliver_bulk()
    limit.delete()
    makers.configured.forget()
    with clock.frozen(Chunk.objects.get().lease_until + timedelta(seconds=1)):
        sending.deliver_bulk()
    assert balance(dispatch.pk).sent == 100
    assert state_of(dispatch) == "finished"


def test_a_changed_limit_is_felt_at_once(memory, django_capture_on_commit_callbacks):
    makers.limit_route(per_day=10)
    makers.limit_domain("slow.example", per_day=1)
    dispatch = factories.make_sending_dispatch(
        ["a@slow.example", "b@slow.example", *factories.addresses_of(40)]
    )
    sending.deliver_bulk()
    assert balance(dispatch.pk).sent < 12
    with django_capture_on_commit_callbacks(execute=True):
        limits.limit_route(None, limits.CapsDraft(per_day=1000))
        limits.limit_destination("slow.example", limits.CapsDraft(per_day=1000))
    sending.deliver_bulk()
    sending.deliver_due("bulk")
    assert balance(dispatch.pk).sent == 42


def test_a_cap_of_one_receiving_domain_keeps_nobody_else_waiting(memory):
    makers.limit_domain("slow.example", per_day=2)
    slow = [f"person{number}@slow.example" for number in range(5)]
    dispatch = factories.make_sending_dispatch([*slow, *factories.addresses_of(20)])
    sending.deliver_bulk()
    now = balance(dispatch.pk)
    assert (now.sent, now.deferred) == (22, 3)
    held = Message.objects.filter(dispatch=dispatch, state="deferred")
    assert set(held.values_list("reason", "attempts")) == {("limit_domain", 0)}
    assert all(at > clock.now() for at in Due.objects.values_list("due_at", flat=True))


def test_a_domain_that_asks_to_slow_down_is_spared_by_the_next_campaign_too(memory):
    memory.answer("a@slow.example", Verdict.DEFERRED, code=421, enhanced="4.7.0", reply="421 4.7.0 slow down")
    first = factories.make_sending_dispatch(["a@slow.example"])
    sending.deliver_bulk()
    second = factories.make_sending_dispatch(["b@slow.example", "ann@example.org"])
    sending.deliver_bulk()
    assert balance(first.pk).deferred == 1
    assert (balance(second.pk).deferred, balance(second.pk).sent) == (1, 1)
    assert Message.objects.get(address="b@slow.example").reason == "back_off"


def test_a_campaign_that_bounces_too_much_stops_by_itself(memory):
    addresses = factories.addresses_of(1200)
    for address in addresses[::5]:
        memory.answer(address, Verdict.REFUSED, code=550, enhanced="5.1.1", reply="550 5.1.1 Nobody")
    dispatch = factories.make_sending_dispatch(addresses)
    sending.deliver_bulk()
    dispatch.refresh_from_db()
    now = balance(dispatch.pk)
    assert dispatch.state == "paused"
    assert "%" in dispatch.pause_reason
    assert 500 <= now.sent + now.failed <= 700
    assert now.adds_up


def test_a_campaign_that_was_stopped_goes_on_where_it_was_when_somebody_wants_it_to(memory):
    addresses = factories.addresses_of(900)
    for address in addresses[:300:3]:
        memory.answer(address, Verdict.REFUSED, code=550, enhanced="5.1.1", reply="550 5.1.1 Nobody")
    dispatch = factories.make_sending_dispatch(addresses)
    sending.deliver_bulk()
    assert state_of(dispatch) == "paused"
    ledger.resume(dispatch.pk)
    sending.deliver_bulk()
    now = balance(dispatch.pk)
    assert (now.sent, now.failed, now.uncertain, state_of(dispatch)) == (800, 100, 0, "finished")


class Pausing(MemoryTransport):
    """Somebody presses Pause while the first window is on the wire."""

    def send(self, envelopes, journal):
        answer = super().send(envelopes, journal)
        self.pause()
        return answer


def test_a_pause_ends_the_sending_after_the_window_on_the_wire(monkeypatch):
    registry.close_all()
    transport = Pausing()
    monkeypatch.setitem(registry.FACTORIES, "capture", lambda route: transport)
    dispatch = factories.make_sending_dispatch(factories.addresses_of(300))
    transport.pause = lambda: ledger.pause(dispatch.pk, reason="Lunch.")
    sending.deliver_bulk()
    now = balance(dispatch.pk)
    assert (now.sent, now.queued) == (windows.USUAL, 300 - windows.USUAL)
    assert ledger.resume(dispatch.pk)
    transport.pause = lambda: None
    sending.deliver_bulk()
    assert balance(dispatch.pk).sent == 300
    assert len({envelope.message_id for envelope in transport.taken}) == len(transport.taken) == 300
    registry.close_all()


def steps_of(monkeypatch) -> list[tuple[str, int]]:
    """What is committed about windows from now on: how far they may leave, and how far all is settled."""
    steps = []
    mark, complete = claims.advance_intent, claims.complete_window

    def marked(held, *, to_id):
        steps.append(("may leave", to_id))
        return mark(held, to_id=to_id)

    def completed(held, *, done_id, intent_id):
        steps.append(("settled", done_id))
        return complete(held, done_id=done_id, intent_id=intent_id)

    monkeypatch.setattr(claims, "advance_intent", marked)
    monkeypatch.setattr(claims, "complete_window", completed)
    return steps


def test_a_window_is_ready_when_the_one_before_it_is_through_and_the_first_goes_alone(memory, monkeypatch):
    monkeypatch.setattr(windows, "MOST", 50)
    steps = steps_of(monkeypatch)
    dispatch = factories.make_sending_dispatch(factories.addresses_of(200))
    sending.deliver_bulk()
    first = Message.objects.filter(dispatch=dispatch).earliest("id").pk - 1
    assert [(step, to_id - first) for step, to_id in steps] == [
        ("may leave", 50), ("settled", 50), ("may leave", 100), ("may leave", 150), ("settled", 100),
        ("may leave", 200), ("settled", 150), ("settled", 200),
    ]  # fmt: skip
    assert (balance(dispatch.pk).sent, state_of(dispatch)) == (200, "finished")


def test_a_sender_goes_on_with_the_next_chunk_while_the_last_letters_of_one_are_on_the_wire(
    memory, monkeypatch
):
    monkeypatch.setattr(ledger, "CHUNK_SIZE", 60)
    steps = steps_of(monkeypatch)
    dispatch = factories.make_sending_dispatch(factories.addresses_of(180))
    sending.deliver_bulk()
    first = Message.objects.filter(dispatch=dispatch).earliest("id").pk - 1
    assert ("may leave", first + 120) in steps[: steps.index(("settled", first + 60))]
    assert set(Chunk.objects.values_list("finished", "owner", "lease_until")) == {(True, "", None)}
    assert (balance(dispatch.pk).sent, state_of(dispatch)) == (180, "finished")
    assert len({envelope.message_id for envelope in memory.taken}) == len(memory.taken) == 180


def test_between_two_campaigns_a_sender_takes_a_chunk_of_each_in_turn(memory, monkeypatch):
    monkeypatch.setattr(ledger, "CHUNK_SIZE", 30)
    one, other = (factories.make_sending_dispatch(factories.addresses_of(60)) for _ in range(2))
    sending.deliver_bulk()
    order = [int(envelope.metadata["dispatch_id"]) for envelope in memory.taken]
    turns = [order[start] for start in range(0, 120, 30)]
    assert turns in ([one.pk, other.pk] * 2, [other.pk, one.pk] * 2)
    assert (state_of(one), state_of(other)) == ("finished", "finished")


class Faltering(MemoryTransport):
    """In its second window two letters are tried only, as when a worker is asked to stop."""

    windows = 0

    def send(self, envelopes, journal):
        self.windows += 1
        return super().send(envelopes[:2] if self.windows == 2 else envelopes, journal)


def test_letters_that_were_left_untried_go_later_and_those_behind_them_go_once(monkeypatch, lead_out):
    transport = lead_out(Faltering())
    monkeypatch.setattr(windows, "MOST", 50)
    dispatch = factories.make_sending_dispatch(factories.addresses_of(300))
    sending.deliver_bulk(budget=timedelta(minutes=1))
    sending.deliver_bulk(budget=timedelta(minutes=1))
    assert (balance(dispatch.pk).sent, state_of(dispatch)) == (300, "finished")
    assert len({envelope.message_id for envelope in transport.taken}) == len(transport.taken) == 300


class Vanishing(MemoryTransport):
    """An error of ours in each window from the third on: in the fourth before anybody has heard of the third's."""

    windows = 0

    def send(self, envelopes, journal):
        self.windows += 1
        if self.windows < 3:
            return super().send(envelopes, journal)
        super().send(envelopes[:5], journal)
        journal.writing(envelopes[5].message_id)
        raise RuntimeError("broken")


def test_after_an_error_both_windows_on_the_wire_are_settled_by_the_journal(monkeypatch, lead_out):
    transport = lead_out(Vanishing())
    monkeypatch.setattr(windows, "MOST", 50)
    monkeypatch.setattr(ledger, "CHUNK_SIZE", 100)
    dispatch = factories.make_sending_dispatch(factories.addresses_of(300))
    sending.deliver_bulk()
    now = balance(dispatch.pk)
    assert (now.sent, now.uncertain, now.queued) == (110, 2, 188)
    assert not Chunk.objects.filter(finished=False).exclude(owner="").exists()
    ledger.resume(dispatch.pk)
    transport.windows = -1000
    sending.deliver_bulk(budget=timedelta(minutes=1))
    assert (balance(dispatch.pk).sent, balance(dispatch.pk).uncertain) == (298, 2)
    assert len({envelope.message_id for envelope in transport.taken}) == len(transport.taken) == 298


class Moody(MemoryTransport):
    """Now and then it leaves letters untried, fails as a route, refuses, gives no answer, or breaks."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance = random.Random(seed)

    def send(self, envelopes, journal):
        for envelope in envelopes:
            if self.chance.random() < 0.02:
                self.answers[envelope.rcpt_to] = Outcome(
                    0, self.chance.choice([Verdict.REFUSED, Verdict.UNKNOWN])
                )
        mood = self.chance.random()
        tried = envelopes if mood > 0.3 else envelopes[: self.chance.randrange(len(envelopes) + 1)]
        answer = super().send(tried, journal)
        if mood < 0.05:
            raise RuntimeError("broken")
        return BatchResult(answer.outcomes, "The server is away." if mood < 0.15 else "")


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_on_the_wire_every_letter_is_settled_once(monkeypatch, lead_out, seed):
    transport = lead_out(Moody(seed))
    monkeypatch.setattr(ledger, "CHUNK_SIZE", 70)
    monkeypatch.setattr(windows, "MOST", 40)
    dispatch = factories.make_sending_dispatch(factories.addresses_of(500))
    for _ in range(200):
        sending.deliver_bulk(budget=timedelta(minutes=1))
        now = balance(dispatch.pk)
        assert now.adds_up
        assert not Chunk.objects.exclude(owner="").exists()
        if state_of(dispatch) == "finished":
            break
        ledger.resume(dispatch.pk)
    assert (state_of(dispatch), now.open) == ("finished", 0)
    accepted = [envelope.message_id for envelope in transport.taken]
    assert len(set(accepted)) == len(accepted) == now.sent
    assert now.sent + now.failed + now.uncertain == 500


def test_who_signs_may_change_between_two_windows(memory, monkeypatch):
    monkeypatch.setattr(signing, "TTL", timedelta(0))
    dispatch = factories.make_sending_dispatch(factories.addresses_of(100))
    domain, _is_new = domains.get_or_create(addresses.domain_of(dispatch.sender_address), dispatch.brand)
    asked = []

    def another_process_changes_it_after_the_first_window() -> bool:
        asked.append(True)
        if len(asked) == 2:
            SendingDomain.objects.update(relay_signs=True)
        return True

    windows.Sender(claims.claim()).run(may_go_on=another_process_changes_it_after_the_first_window)
    signed = [envelope.as_bytes().startswith(b"DKIM-Signature") for envelope in memory.taken]
    assert signed == [True] * 50 + [False] * 50
    assert domain.keys.count() == 1


def test_windows_grow_on_a_quick_route_and_shrink_on_a_slow_one():
    pace = windows.Pace()
    for _ in range(6):
        pace.learn("quick", letters=500, seconds=0.1)
    assert pace.size("quick") == windows.MOST
    for _ in range(6):
        pace.learn("slow", letters=50, seconds=5)
    assert pace.size("slow") == windows.FEWEST
    for _ in range(6):
        pace.learn("even", letters=300, seconds=windows.SECONDS)
    assert pace.size("even") == 300


class Doubtful:
    """Nobody ever learns what became of its letters."""

    def send(self, envelopes, journal):
        return BatchResult([Outcome(envelope.message_id, Verdict.UNKNOWN) for envelope in envelopes])

    def close(self):
        pass


def test_letters_in_doubt_are_never_sent_again_by_themselves(monkeypatch):
    registry.close_all()
    monkeypatch.setitem(registry.FACTORIES, "capture", lambda route: Doubtful())
    dispatch = factories.make_sending_dispatch(factories.addresses_of(3))
    sending.deliver_bulk()
    assert (balance(dispatch.pk).uncertain, state_of(dispatch)) == (3, "finished")
    registry.close_all()
