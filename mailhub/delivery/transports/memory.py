"""The fake that ships with the real ones: keeps envelopes and answers as it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mailhub.delivery.contracts import NO_JOURNAL, BatchResult, Envelope, Journal, Outcome, Verdict
from mailhub.delivery.transports import building, replies
from mailhub.delivery.transports.replies import Reply, Stage


@dataclass
class MemoryTransport:
    """`answers` maps a recipient to its outcome (the message id is filled in), the rest is accepted.

    With `route_error` set, nothing is tried. `taken` holds the envelopes that were accepted.
    """

    answers: dict[str, Outcome] = field(default_factory=dict)
    route_error: str = ""
    taken: list[Envelope] = field(default_factory=list)
    closed: bool = False

    def answer(
        self, rcpt_to: str, verdict: Verdict, *, code: int = 0, enhanced: str = "", reply: str = ""
    ) -> None:
        """Letters to `rcpt_to` get this answer from now on, of the kind that a server's would be."""
        kind = replies.kind(Stage.RCPT, Reply(code, enhanced, reply))
        self.answers[rcpt_to] = Outcome(0, verdict, code, enhanced, reply, kind)

    def send(self, envelopes: Sequence[Envelope], journal: Journal = NO_JOURNAL) -> BatchResult:
        if self.route_error:
            return BatchResult([], self.route_error)
        outcomes = []
        for envelope in envelopes:
            outcomes.append(self._take(envelope, journal))
            journal.answered(outcomes[-1])
        return BatchResult(outcomes)

    def close(self) -> None:
        self.closed = True

    def _take(self, envelope: Envelope, journal: Journal) -> Outcome:
        letter = building.build(envelope)
        if isinstance(letter, Outcome):
            return letter
        journal.writing(envelope.message_id)
        accepted = Outcome(0, Verdict.ACCEPTED, 250, "2.0.0", "250 2.0.0 Kept in memory")
        outcome = self.answers.get(envelope.rcpt_to, accepted)
        if outcome.verdict == Verdict.ACCEPTED:
            self.taken.append(envelope)
        return replace(outcome, message_id=envelope.message_id)
