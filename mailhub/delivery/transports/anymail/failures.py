"""Makes what Anymail raises a verdict with a sentence: what happened, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from botocore import exceptions as boto
from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from mailhub.delivery.transports.anymail import resting
from mailhub.delivery.transports.anymail.account import Account
from mailhub.delivery.transports.anymail.providers.shape import Provider
from mailhub.delivery.transports.anymail.verdicts import Failure, Kind, by_status
from mailhub.delivery.transports.anymail.wire import Left
from mailhub.lib import clock
from mailhub.lib.errors import UserError

LONGEST_SAID = 240
# What stands for "no connection was made" in the two HTTP libraries.
NOT_CONNECTED = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.SSLError,
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    NewConnectionError,
    boto.EndpointConnectionError,
    boto.ConnectTimeoutError,
    boto.SSLError,
    boto.ProxyConnectionError,
)


class Judge:
    """Judges for one account; every sentence is without its secrets."""

    def __init__(self, provider: Provider, account: Account) -> None:
        self.provider, self.account = provider, account

    def failure(self, error: Exception, left: Left) -> Failure:
        """What `error` means for the letters of the call; `left` is how much of them was sent."""
        found = self._judged(error, left)
        return Failure(found.kind, self.account.hide(found.sentence), found.until)

    def said(self, kind: Kind, text: str) -> str:
        """The sentence for a letter, or a route, of which the provider said `text`."""
        text = self.account.hide(" ".join(text.split()))[:LONGEST_SAID].rstrip(". ")
        name, origin = self.provider.label, self.account.origin
        if kind is Kind.ROUTE:
            return _("{name} takes no letters by this account ({said}). Check {origin}.").format(
                name=name, said=text, origin=origin
            )
        if kind is Kind.BUSY:
            return _("{name} takes no letters just now ({said}).").format(name=name, said=text)
        if kind is Kind.UNKNOWN:
            return _("{name} may have taken the letter: {said}.").format(name=name, said=text)
        return _("{name} refused the letter ({said}).").format(name=name, said=text)

    def _judged(self, error: Exception, left: Left) -> Failure:
        if isinstance(error, UserError):
            return Failure(Kind.REFUSED, str(error))
        if (early := self._before_the_call(error)) is not None:
            return early
        answer = getattr(error, "response", None)
        if isinstance(error, AnymailAPIError) and answer is not None:
            return self._answered(error, answer)
        if any(isinstance(cause, requests.TooManyRedirects) for cause in _causes(error)):
            return Failure(Kind.ROUTE, self.said(Kind.ROUTE, _("its address leads on to another one")))
        if left is Left.WHOLE:
            return Failure(Kind.UNKNOWN, self.said(Kind.UNKNOWN, self._lost(error)))
        if any(isinstance(cause, NOT_CONNECTED) for cause in _causes(error)):
            return Failure(Kind.ROUTE, self._not_connected(error))
        if isinstance(error, AnymailAPIError) and not self._is_config(error):
            return Failure(Kind.DEFERRED, self._cut_off(error))
        if isinstance(error, AnymailError | boto.BotoCoreError) or self._is_config(error):
            return Failure(Kind.ROUTE, self.said(Kind.ROUTE, _first_line(error)))
        said = _("The letter could not be built: {error}.").format(error=f"{type(error).__name__}: {error}")
        return Failure(Kind.REFUSED, said)

    def _before_the_call(self, error: Exception) -> Failure | None:
        if isinstance(error, AnymailUnsupportedFeature):
            said = _("{name} cannot carry this letter: {said}. Send it by another route.")
            return Failure(
                Kind.REFUSED, said.format(name=self.provider.label, said=_first_line(error).rstrip("."))
            )
        if isinstance(error, AnymailInvalidAddress | AnymailSerializationError):
            return Failure(Kind.REFUSED, self.said(Kind.REFUSED, _first_line(error)))
        if isinstance(error, AnymailConfigurationError):
            return Failure(Kind.ROUTE, self.said(Kind.ROUTE, _first_line(error)))
        return None

    def _answered(self, error: AnymailAPIError, answer: Any) -> Failure:
        status, code, headers = _read(answer)
        text = f"{_first_line(error)} {_text(answer)}".strip()
        kind = self.provider.judge(status, code, text) or by_status(status)
        until = resting.named(headers, now=clock.now()) if kind is Kind.BUSY else None
        return Failure(kind, self._sentence(kind, status, text), until)

    def _sentence(self, kind: Kind, status: int, text: str) -> str:
        shown = f"{status}: {text}" if status else text
        if status in (401, 403) and kind is Kind.ROUTE:
            words = _("{name} refused the credentials, or what they may do ({said}). Check {origin}.")
            said = self.account.hide(" ".join(shown.split()))[:LONGEST_SAID].rstrip(". ")
            return words.format(name=self.provider.label, said=said, origin=self.account.origin)
        return self.said(kind, shown)

    def _lost(self, error: Exception) -> str:
        timed_out = any(isinstance(each, requests.Timeout | boto.ReadTimeoutError) for each in _causes(error))
        return _("it did not answer in time") if timed_out else _("the connection ended without an answer")

    def _not_connected(self, error: Exception) -> str:
        causes = [
            each for each in _causes(error) if isinstance(each, HTTPError | OSError | boto.BotoCoreError)
        ]
        reason = _reason(causes[-1] if causes else error)
        said = _(
            "MailHub could not connect to {name} ({reason}). Check {origin}, and this machine's network."
        )
        return said.format(name=self.provider.label, reason=reason, origin=self.account.origin)

    def _cut_off(self, error: Exception) -> str:
        said = _("The connection to {name} ended before the letter was sent.")
        return said.format(name=self.provider.label)

    def _is_config(self, error: Exception) -> bool:
        kinds = (
            boto.NoCredentialsError,
            boto.PartialCredentialsError,
            boto.NoRegionError,
            boto.ParamValidationError,
        )
        return any(isinstance(each, kinds) for each in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it was raised from, and what urllib3 wraps in its arguments."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        reason = each.reason if isinstance(each, MaxRetryError) else None
        waiting += [each.__cause__, each.__context__, reason, *each.args]


def _read(answer: Any) -> tuple[int, str, Mapping[str, str]]:
    """The HTTP status, the provider's own code and the headers of an answer of either library."""
    if isinstance(answer, Mapping):
        meta = answer.get("ResponseMetadata", {})
        code = str(answer.get("Error", {}).get("Code", ""))
        return int(meta.get("HTTPStatusCode", 0)), code, meta.get("HTTPHeaders", {})
    return answer.status_code, str(_json(answer).get("ErrorCode", "")), answer.headers


def _text(answer: Any) -> str:
    """What the provider says is wrong: the messages of its JSON, or its text."""
    if isinstance(answer, Mapping):
        return ""
    found = _messages(_json(answer))
    return "; ".join(dict.fromkeys(found)) if found else str(answer.reason or "")


def _json(answer: Any) -> dict[str, Any]:
    try:
        found = json.loads(answer.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {"errors": found}


def _messages(found: Any) -> list[str]:
    """Every provider's JSON has its sentences under one of these names, at some depth."""
    if isinstance(found, list):
        return [said for each in found for said in _messages(each)]
    if not isinstance(found, dict):
        return []
    said = []
    for name, value in found.items():
        if isinstance(value, str) and name.lower() in (
            "message",
            "description",
            "errormessage",
            "error",
            "detail",
        ):
            said.append(value)
        elif isinstance(value, dict | list):
            said += _messages(value)
        elif isinstance(value, str) and name.lower() == "errors":
            said.append(value)
    return said


def _first_line(error: Exception) -> str:
    """The error's own words: an AnymailError's text would repeat the whole answer."""
    words = " ".join(str(each) for each in error.args) or str(error.__cause__ or type(error).__name__)
    if isinstance(error, requests.RequestException) and not error.args:
        return ""
    return words.strip().splitlines()[0] if words.strip() else ""


def _reason(error: BaseException) -> str:
    text = " ".join(str(error).split())
    # urllib3 begins with the object: <HTTPSConnection(host='…') at 0x…>: Failed to …
    return text.rpartition(">: ")[2][:LONGEST_SAID].rstrip(".") or type(error).__name__
