"""One batch on its way: parcels that any connection may take, and what became of their letters."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Lock

from anymail.message import AnymailMessage

from mailhub.delivery import headers
from mailhub.delivery.contracts import BatchResult, Journal, Outcome, Verdict
from mailhub.delivery.transports.anymail import letters, merged, resting
from mailhub.delivery.transports.anymail.caller import VERDICTS, Caller, CallFailed, Taken
from mailhub.delivery.transports.anymail.parcels import Parcel
from mailhub.delivery.transports.anymail.providers.shape import Provider
from mailhub.delivery.transports.anymail.resting import Rest
from mailhub.delivery.transports.anymail.verdicts import Failure, Kind
from mailhub.lib import clock
from mailhub.lib.errors import UserError


class Round:
    """Parcels waiting to be taken by any thread, and the outcomes so far."""

    def __init__(
        self,
        parcels: Sequence[Parcel],
        *,
        provider: Provider,
        rest: Rest,
        stop: Callable[[], bool],
        journal: Journal,
    ) -> None:
        self._waiting = deque(parcels)
        self._provider, self._rest, self._stop, self._journal = provider, rest, stop, journal
        self._lock = Lock()
        self._written: set[int] = set()
        self._outcomes: dict[int, Outcome] = {}
        self._route_error = ""

    @property
    def was_taken(self) -> bool:
        """Whether the provider took any letter: the account works."""
        return any(outcome.verdict is Verdict.ACCEPTED for outcome in self._outcomes.values())

    def run(self, callers: Sequence[Caller], *, calls: int = 0) -> None:
        """Send until nothing is left or nothing should be begun any more; at most `calls` each (0 = any)."""
        callers = callers[: len(self._waiting)]
        if len(callers) <= 1:
            for caller in callers:
                self._work(caller, calls)
            return
        with ThreadPoolExecutor(len(callers), thread_name_prefix="anymail") as threads:
            for done in [threads.submit(self._work, caller, calls) for caller in callers]:
                done.result()

    def result(self) -> BatchResult:
        outcomes = [self._outcomes[position] for position in sorted(self._outcomes)]
        return BatchResult(outcomes, self._route_error)

    def _work(self, caller: Caller, calls: int) -> None:
        for number in count(1):
            if self._stop() or self._route_error or self._rest.until is not None:
                return
            try:
                parcel = self._waiting.popleft()
            except IndexError:
                return
            self._send(caller, parcel)
            if number == calls:
                return

    def _send(self, caller: Caller, parcel: Parcel) -> None:
        try:
            message = self._message(parcel)
        except Exception as error:  # one broken letter must not take the others of its batch with it
            self._failed(parcel, _unbuilt(error))
            return
        addressed = [(envelope.message_id, envelope.rcpt_to) for _position, envelope in parcel.letters]
        try:
            taken = caller.call(message, addressed, leaving=lambda: self._leaving(parcel))
        except CallFailed as failed:
            self._failed(parcel, failed.failure)
            return
        self._settle(parcel, taken)

    def _message(self, parcel: Parcel) -> AnymailMessage:
        if parcel.is_merged:
            for envelope in parcel.envelopes:
                headers.check_path(envelope.rcpt_to)
            return merged.message(parcel, self._provider)
        return letters.message(parcel.envelopes[0], self._provider)

    def _leaving(self, parcel: Parcel) -> None:
        with self._lock:
            for _position, envelope in parcel.letters:
                self._written.add(envelope.message_id)
                self._journal.writing(envelope.message_id)

    def _failed(self, parcel: Parcel, failure: Failure) -> None:
        if failure.kind is Kind.REFUSED and parcel.is_merged:
            # Refused as a whole: nobody got it. The letter that is at fault is found by halving.
            self._waiting.extendleft(reversed(parcel.halves()))
            return
        if failure.kind is Kind.BUSY:
            self._rest.begin(failure.until or clock.now() + resting.USUAL)
        if failure.kind is Kind.ROUTE:
            self._route_error = self._route_error or failure.sentence
            self._waiting.appendleft(parcel)
            for _position, envelope in parcel.letters:
                # Untried for the ledger; the journal must not take it for a letter in doubt.
                self._note(Outcome(envelope.message_id, Verdict.DEFERRED, reply=failure.sentence))
            return
        self._settle_all(parcel, failure)

    def _settle_all(self, parcel: Parcel, failure: Failure) -> None:
        verdict = VERDICTS[failure.kind]
        ids = [envelope.message_id for _position, envelope in parcel.letters]
        outcomes = [Outcome(each, verdict, reply=failure.sentence, again_at=failure.until) for each in ids]
        self._settle(parcel, [(failure.kind, outcome) for outcome in outcomes])

    def _settle(self, parcel: Parcel, taken: Sequence[Taken]) -> None:
        for (position, _envelope), (kind, outcome) in zip(parcel.letters, taken, strict=True):
            self._outcomes[position] = outcome
            self._note(outcome)
            if kind is Kind.BUSY and self._rest.until is None:
                self._rest.begin(clock.now() + resting.USUAL)
            if kind is Kind.ROUTE:
                self._route_error = self._route_error or outcome.reply

    def _note(self, outcome: Outcome) -> None:
        """Into the journal, unless there is no answer to note."""
        with self._lock:
            was_written = outcome.message_id in self._written
            if was_written and outcome.verdict is not Verdict.UNKNOWN:
                self._journal.answered(outcome)


def _unbuilt(error: Exception) -> Failure:
    said = str(error) if isinstance(error, UserError) else f"The letter could not be built: {error!r}."
    return Failure(Kind.REFUSED, said[:300])
