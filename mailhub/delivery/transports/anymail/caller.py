"""One connection to a provider: an Anymail backend that is kept open, and what became of each letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anymail.message import AnymailMessage
from django.utils.module_loading import import_string
from requests import PreparedRequest

from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.transports.anymail.account import Account
from mailhub.delivery.transports.anymail.failures import Judge
from mailhub.delivery.transports.anymail.providers.shape import Provider
from mailhub.delivery.transports.anymail.verdicts import Failure, Kind
from mailhub.delivery.transports.anymail.wire import Left, Watch, WatchingAdapter, watch_boto

# Seconds to connect, and to wait for the answer.
TIMEOUT = (10.0, 60.0)
VERDICTS = {
    Kind.ACCEPTED: Verdict.ACCEPTED,
    Kind.REFUSED: Verdict.REFUSED,
    Kind.BUSY: Verdict.DEFERRED,
    Kind.DEFERRED: Verdict.DEFERRED,
    # One letter of a merged call; the call itself went through.
    Kind.ROUTE: Verdict.DEFERRED,
    Kind.UNKNOWN: Verdict.UNKNOWN,
}
# Anymail's words for one recipient, https://anymail.dev/en/stable/sending/anymail_additions/.
STATUSES = {
    "sent": Kind.ACCEPTED,
    "queued": Kind.ACCEPTED,
    "invalid": Kind.REFUSED,
    "rejected": Kind.REFUSED,
    "failed": Kind.REFUSED,
}

# Message id and address of each letter of a call; and what became of one.
Letters = Sequence[tuple[int, str]]
Taken = tuple[Kind, Outcome]


class CallFailed(Exception):
    """Not one letter of the call was taken, or nobody knows."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.sentence)
        self.failure = failure


class Caller:
    """Used by one thread at a time. Merged calls have a backend of their own where their options differ."""

    def __init__(
        self,
        provider: Provider,
        account: Account,
        *,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self.provider, self.account = provider, account
        self._judge = Judge(provider, account)
        self._timeout = timeout
        self._watch = Watch()
        self._backends: dict[bool, Any] = {}
        self._used = False

    def call(self, message: AnymailMessage, letters: Letters, *, leaving: Callable[[], None]) -> list[Taken]:
        """Send `message`; what became of each of `letters`, in their order.

        `leaving` runs right before the first byte of the letters leaves. Raises CallFailed.
        """
        was_used = self._used
        try:
            return self._called(message, letters, leaving)
        except CallFailed as failed:
            # A connection that was kept open may have been closed at the other end meanwhile.
            unsent = failed.failure.kind is Kind.DEFERRED and self._watch.left is Left.NOTHING
            if not (was_used and unsent):
                raise
        return self._called(message, letters, leaving)

    def close(self) -> None:
        """Close the connections; the next call opens another."""
        backends = list(self._backends.values())
        self.forget()
        for backend in backends:
            backend.close()

    def forget(self) -> None:
        """Leave the connections to the process that opened them."""
        self._backends, self._used = {}, False

    def _called(self, message: AnymailMessage, letters: Letters, leaving: Callable[[], None]) -> list[Taken]:
        self._watch.begin(leaving)
        try:
            self._backend(merged=len(letters) > 1).send_messages([message])
            self._used = True
            return self._taken(message.anymail_status, letters)
        except Exception as error:
            answer = getattr(error, "response", None)
            if (taken := self._entries(answer, letters)) is not None:
                return taken
            failure = self._judge.failure(error, self._watch.left)
            if answer is None:
                self.close()
            # Without the cause: its text and its frames hold the credentials.
            raise CallFailed(failure) from None

    def _backend(self, *, merged: bool) -> Any:
        merge = self.provider.merge
        options = dict(merge.options) if merged and merge else {}
        if bool(options) not in self._backends:
            self._backends[bool(options)] = self._opened(options)
        return self._backends[bool(options)]

    def _opened(self, options: dict[str, Any]) -> Any:
        options = self.provider.options(self.account.values) | options
        if self.provider.over_http:
            options["timeout"] = self._timeout
        # A server's own ANYMAIL settings must neither print requests nor swallow what is unsupported.
        backend = import_string(self.provider.backend)(
            debug_api_requests=False,
            ignore_unsupported_features=False,
            ignore_recipient_status=True,
            **options,
        )
        backend.open()
        self._watched(backend)
        return backend

    def _watched(self, backend: Any) -> None:
        if not self.provider.over_http:
            watch_boto(backend.client, self._watch)
            return
        # With an `auth` of its own a session leaves this machine's .netrc alone, which would win over the key.
        backend.session.auth = _as_it_is
        # A redirect would take the credentials to an address that nobody has set.
        backend.session.max_redirects = 0
        for scheme in ("https://", "http://"):
            backend.session.mount(scheme, WatchingAdapter(self._watch))

    def _taken(self, status: Any, letters: Letters) -> list[Taken]:
        entries = self._entries(status.esp_response, letters)
        return (
            entries if entries is not None else self._told(_by_address(status.recipients, letters), letters)
        )

    def _entries(self, answer: Any, letters: Letters) -> list[Taken] | None:
        """The answers one by one, where the provider gives more of them than Anymail's words."""
        if answer is None or len(letters) == 1:
            return None
        found = self.provider.entries(answer, [address for _id, address in letters])
        return None if found is None else self._told(found, letters)

    def _told(self, found: Sequence[tuple[Kind, str]], letters: Letters) -> list[Taken]:
        return [
            (kind, Outcome(message_id, VERDICTS[kind], reply=self._reply(kind, said)))
            for (message_id, _address), (kind, said) in zip(letters, found, strict=True)
        ]

    def _reply(self, kind: Kind, said: str) -> str:
        """The provider's id of a letter that it took: webhooks name it by that."""
        return said if kind is Kind.ACCEPTED else self._judge.said(kind, said)


def _as_it_is(request: PreparedRequest) -> PreparedRequest:
    return request


def _by_address(recipients: Mapping[str, Any], letters: Letters) -> list[tuple[Kind, str]]:
    known = {address.lower(): status for address, status in recipients.items()}
    return [_one(known.get(address.lower())) for _message_id, address in letters]


def _one(status: Any) -> tuple[Kind, str]:
    word = (status.status if status else None) or "unknown"
    kind = STATUSES.get(word, Kind.UNKNOWN)
    return kind, str(status.message_id or "") if kind is Kind.ACCEPTED else f"“{word}”"
