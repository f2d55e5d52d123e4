"""The fake that ships with the real ones: keeps envelopes and answers as it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mailhub.delivery.contracts import UNWRITTEN, BatchResult, Envelope, Journal, Outcome, Verdict
from mailhub.delivery.transports import building


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
        """Letters to `rcpt_to` get this answer from now on."""
        self.answers[rcpt_to] = Outcome(0, verdict, code, enhanced, reply)

    def send(self, envelopes: Sequence[Envelope], *, journal: Journal = UNWRITTEN) -> BatchResult:
        if self.route_error:
            return BatchResult([], self.route_error)
        return BatchResult([self._take(envelope) for envelope in envelopes])

    def close(self) -> None:
        self.closed = True

    def _take(self, envelope: Envelope) -> Outcome:
        letter = building.build(envelope)
        if isinstance(letter, Outcome):
            return letter
        accepted = Outcome(0, Verdict.ACCEPTED, 250, "2.0.0", "250 2.0.0 Kept in memory")
        outcome = self.answers.get(envelope.rcpt_to, accepted)
        if outcome.verdict == Verdict.ACCEPTED:
            self.taken.append(envelope)
        return replace(outcome, message_id=envelope.message_id)
