"""The talk over one open connection: letter after letter, each reply to its own command.

With PIPELINING (RFC 2920) a letter costs one round trip: its MAIL, RCPT and DATA go out in one write,
together with the content of the letter before it. Without, every command waits for its reply.
"""

from __future__ import annotations

import asyncio
from collections import deque
from enum import StrEnum
from typing import Protocol

from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.transports import replies
from mailhub.delivery.transports.replies import CLOSING, NEEDS_LOGIN, Reply, Stage
from mailhub.delivery.transports.smtp import letters, wire
from mailhub.delivery.transports.smtp.letters import Abilities, Letter
from mailhub.delivery.transports.smtp.opening import Opened
from mailhub.delivery.transports.smtp.timeouts import Timeouts

NEVER_HEARD = float("inf")


class Other(StrEnum):
    """What else than a letter's stages a reply may be the answer to."""

    RESET = "RSET"
    LONE_DOT = "."
    QUIT = "QUIT"


class Office(Protocol):
    """Whom a session works for: gives letters and takes what became of them."""

    def take(self, session: Session, *, ahead: bool) -> Letter | None:
        """The next letter, fit for the session's server; None when there is none for it now.

        `ahead` while another is still on the wire.
        """
        ...

    def writing(self, letter: Letter) -> None: ...

    def settled(self, letter: Letter, outcome: Outcome) -> None: ...

    def came_back(self, letter: Letter) -> None:
        """Nothing was said of this letter: it may go over another connection."""
        ...

    def login_wanted(self, reply: Reply, letter: Letter) -> None: ...

    def distrusted(self) -> None:
        """The server answers a pipelined group in a way that makes no sense."""
        ...

    def ended(self, session: Session) -> None:
        """The connection is closed; the session holds no letter any more."""
        ...


class Session:
    """Used in its event loop's thread only."""

    def __init__(self, opened: Opened, timeouts: Timeouts) -> None:
        self.wire = opened.wire
        self.abilities = Abilities.of(opened.offers)
        self.pipelining = self.abilities.pipelining
        self.letter_count = 0
        self.is_kept = False  # it has carried a letter, or waited for one
        self.office: Office | None = None
        self._timeouts = timeouts
        self._patience = _patience(timeouts)
        self._now = asyncio.get_running_loop().time
        self._expected: deque[Stage | Other] = deque()
        self._current: Letter | None = None  # its content is on the wire
        self._coming: Letter | None = None  # its commands are
        self._refusal: tuple[Stage, Reply] | None = None  # of the coming one
        self._needs_reset = False
        self._unsent = 0
        self._written_at = 0.0
        self._quickest = NEVER_HEARD
        self._quitting: asyncio.Future[None] | None = None
        self.wire.used_at = self._now()
        self.wire.listen(self)

    @property
    def is_busy(self) -> bool:
        return self._current is not None or self._coming is not None

    def take_quickest(self) -> float:
        """Seconds that the quickest answer to a letter took since this was asked last; NEVER_HEARD without any."""
        quickest, self._quickest = self._quickest, NEVER_HEARD
        return quickest

    def work(self, office: Office) -> None:
        """Ask `office` for a letter and go on until it has no more; nothing happens while it is busy."""
        self.office = office
        if self.is_busy or self._quitting or not self.wire.is_open:
            return
        letter = office.take(self, ahead=False)
        if letter is not None:
            self._coming, self._refusal = letter, None
            self.wire.write(self._opening_commands(letter))
            self._wait_for(self._expected[0])

    def expire(self) -> None:
        """The wire's deadline has passed: no answer, unless a long letter is still on its way."""
        unsent = self.wire.unsent
        if self._expected and self._expected[0] is Stage.CONTENT and unsent < self._unsent:
            self._unsent = unsent
            patience = self._timeouts.content if unsent else self._timeouts.final
            self.wire.deadline = self._now() + patience
        else:
            self.wire.expire()

    async def quit(self) -> None:
        """Say goodbye and close; at once, when a letter is on the wire."""
        if self.wire.is_open and not self.is_busy and not self._expected:
            self._quitting = asyncio.get_running_loop().create_future()
            self._expected.append(Other.QUIT)
            self.wire.write(b"QUIT\r\n")
            self._wait_for(Other.QUIT)
            timer = asyncio.get_running_loop().call_later(self._timeouts.quit, self.wire.drop)
            await asyncio.wait((self._quitting,), timeout=self._timeouts.quit)
            timer.cancel()
        self.wire.drop()

    # What is heard.

    def heard(self, code: int, lines: list[bytes], more: bool) -> None:
        if not self._expected:
            # 421 while nothing is asked means that the server closes; anything else is nonsense.
            return self.wire.end(wire.GARBLED)
        stage = self._expected.popleft()
        if stage is Stage.MAIL or stage is Stage.RCPT:
            self._heard_command(stage, code, lines)
        elif stage is Stage.DATA:
            self._heard_data(code, lines, more)
        elif stage is Stage.CONTENT:
            self._heard_content(code, lines)
        else:
            self._heard_other(stage, code)
        return None

    def _heard_command(self, stage: Stage, code: int, lines: list[bytes]) -> None:
        """A reply to MAIL or RCPT: the first that refuses settles the letter, once its group is answered."""
        if 200 <= code < 300:
            if self._refusal is not None:  # RCPT taken after MAIL was not: whose reply is this?
                return self._distrust()
            # In a group the deadline of its first reply holds for all: they come in one packet.
            return None if self._expected else self._ask_next(stage)
        if self._refusal is None:
            self._refuse(stage, replies.read(code, lines))
        return None

    def _refuse(self, stage: Stage, reply: Reply) -> None:
        letter = self._coming
        assert letter is not None and self.office is not None
        if reply.code == NEEDS_LOGIN and stage is Stage.MAIL:
            self._coming = None
            self.office.login_wanted(reply, letter)
            return self._close()
        self._refusal = (stage, reply)
        if reply.code == CLOSING or reply.code // 100 not in (4, 5):
            # It closes, or the two sides no longer mean the same thing.
            return self._close()
        if not self._expected:
            self._settle_refused(needs_reset=True)
        return None

    def _ask_next(self, stage: Stage) -> None:
        """Without pipelining: what comes after `stage` was taken."""
        assert self._coming is not None
        if stage is Stage.MAIL:
            self._expected.append(Stage.RCPT)
            self.wire.write(letters.rcpt_command(self._coming))
        else:
            self._expected.append(Stage.DATA)
            self.wire.write(letters.DATA)
        self._wait_for(self._expected[0])

    def _heard_data(self, code: int, lines: list[bytes], more: bool) -> None:
        if self._refusal is not None:
            if not 300 <= code < 400:
                return self._settle_refused(needs_reset=True)
            # The server waits for a letter to nobody: RFC 2920 section 3.1 ends it with a dot at once.
            self._expected.append(Other.LONE_DOT)
            self.wire.write(letters.FINAL_DOT)
            self._wait_for(Other.LONE_DOT)
            return self._settle_refused(needs_reset=False)
        if 300 <= code < 400:
            # Bytes behind the go-ahead answer what was never asked: nothing of the letter leaves.
            return self._distrust() if more else self._write_content()
        if 200 <= code < 300:
            return self._distrust()
        return self._refuse(Stage.DATA, replies.read(code, lines))

    def _write_content(self) -> None:
        letter, office = self._coming, self.office
        assert letter is not None and office is not None
        self._current, self._coming = letter, None
        self.letter_count += 1
        self._expected.append(Stage.CONTENT)
        following = office.take(self, ahead=True) if self.pipelining else None
        if following is None:
            office.writing(letter)
            self.wire.write(letter.content, letters.FINAL_DOT, shown=_shown(letter, self.wire))
        else:
            commands = self._opening_commands(following)
            self._coming, self._refusal = following, None
            office.writing(letter)
            self.wire.write(letter.content, letters.FINAL_DOT + commands)
        self._unsent = self.wire.unsent
        patience = self._timeouts.content if self._unsent else self._timeouts.final
        self._written_at = self._now()
        self.wire.deadline = self._written_at + patience

    def _heard_content(self, code: int, lines: list[bytes]) -> None:
        letter, office = self._current, self.office
        assert letter is not None and office is not None
        reply = replies.read(code, lines)
        outcome = replies.outcome(letter.message_id, Stage.CONTENT, reply)
        early = self.wire.unsent > 0
        if early and outcome.verdict is Verdict.ACCEPTED:
            # Nobody can have taken a letter that has not come: this answers something else.
            return self.wire.end(wire.GARBLED)
        self._current = None
        self.is_kept = True
        self._quickest = min(self._quickest, self._now() - self._written_at)
        office.settled(letter, outcome)
        if early or code == CLOSING or outcome.verdict is Verdict.UNKNOWN:
            self._close()
        elif self._coming is None:
            self._rest()
        else:
            self._wait_for(self._expected[0])
        return None

    def _heard_other(self, stage: Other, code: int) -> None:
        if stage is Other.QUIT:
            if self._quitting and not self._quitting.done():
                self._quitting.set_result(None)
            return self.wire.drop()
        if stage is Other.RESET and not 200 <= code < 300:
            return self._close()
        if stage is Other.RESET and not self._expected:  # without pipelining
            assert self._coming is not None
            self._expected.append(Stage.MAIL)
            self.wire.write(letters.mail_command(self._coming, self.abilities))
        if self._expected:
            return self._wait_for(self._expected[0])
        return self._rest()

    def ended(self, reason: str) -> None:
        """The connection is gone: what that means for the letters that it held."""
        current, self._current = self._current, None
        coming, self._coming = self._coming, None
        office = self.office
        if self._quitting and not self._quitting.done():
            self._quitting.set_result(None)
        if office is None:
            return
        if current is not None:
            reply = wire.no_reply(reason, during=Stage.CONTENT)
            office.settled(current, Outcome(current.message_id, Verdict.UNKNOWN, reply=reply.text))
        if coming is not None:
            self._settle_lost(coming, reason, behind=current is not None)
        office.ended(self)

    # What becomes of a letter whose content was not written.

    def _settle_lost(self, letter: Letter, reason: str, *, behind: bool) -> None:
        assert self.office is not None
        untouched = behind or Stage.MAIL in self._expected
        if self._refusal is not None:
            stage, reply = self._refusal
            untouched = stage is Stage.MAIL and reply.code == CLOSING
        else:
            stage = Stage.MAIL if untouched else self._stage()
            reply = wire.no_reply(reason, during=stage)
        if untouched and self.is_kept and not letter.is_second_try:
            # A connection may die while it waits: nothing of this letter was heard over it.
            return self.office.came_back(letter)
        outcome = replies.outcome(letter.message_id, stage, reply)
        return self.office.settled(letter, outcome)

    def _stage(self) -> Stage:
        waited = [stage for stage in self._expected if isinstance(stage, Stage)]
        return waited[0] if waited else Stage.DATA

    def _settle_refused(self, *, needs_reset: bool) -> None:
        """The coming letter is refused and its whole group answered: on to the next one."""
        letter = self._coming
        assert letter is not None and self.office is not None and self._refusal is not None
        stage, reply = self._refusal
        self._coming, self._refusal = None, None
        self._needs_reset = needs_reset
        self.is_kept = True
        self.office.settled(letter, replies.outcome(letter.message_id, stage, reply))
        if not self._expected:
            self._rest()

    def _rest(self) -> None:
        self.wire.deadline = wire.NEVER
        self.wire.used_at = self._now()
        if self.office is not None:
            self.work(self.office)

    def _distrust(self) -> None:
        """The replies do not fit what was asked: none of them counts for the coming letter."""
        assert self.office is not None
        self._refusal = None
        self.office.distrusted()
        self.wire.end(wire.GARBLED)

    def _close(self) -> None:
        """Close, for a reason that the replies have given."""
        self.wire.end(wire.LOST)

    def _opening_commands(self, letter: Letter) -> bytes:
        """What to write for a new letter now; the replies to it are expected from here on."""
        mail = letters.mail_command(letter, self.abilities)
        reset, self._needs_reset = self._needs_reset, False
        if self.pipelining:
            self._expected.extend((Other.RESET,) if reset else ())
            self._expected.extend((Stage.MAIL, Stage.RCPT, Stage.DATA))
            return (letters.RSET if reset else b"") + mail + letters.rcpt_command(letter) + letters.DATA
        self._expected.append(Other.RESET if reset else Stage.MAIL)
        return letters.RSET if reset else mail

    def _wait_for(self, stage: Stage | Other) -> None:
        self.wire.deadline = self._now() + self._patience[stage]


def _patience(timeouts: Timeouts) -> dict[Stage | Other, float]:
    """Seconds to wait for each reply."""
    return {
        Stage.MAIL: timeouts.mail,
        Stage.RCPT: timeouts.rcpt,
        Stage.DATA: timeouts.data,
        Stage.CONTENT: timeouts.final,
        Other.RESET: timeouts.mail,
        Other.LONE_DOT: timeouts.final,
        Other.QUIT: timeouts.quit,
    }


def _shown(letter: Letter, line: wire.Wire) -> str:
    return line.trace.letter(letter.size) if line.trace is not None else ""
