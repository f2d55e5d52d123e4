"""How each provider fills in what it is sent, as its documents say: one letter a recipient."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.delivery.transports.anymail.provider import Answer, Request


@dataclass(frozen=True)
class Letter:
    """What one recipient gets."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    metadata: Mapping[str, str]


def sendgrid(request: Request) -> list[Letter]:
    """Substitutions are plain replacements of their keys; a personalization's headers come on top."""
    sent = request.json
    content = {part["type"]: part["value"] for part in sent["content"]}
    letters = []
    for each in sent["personalizations"]:

        def fill(text: str, substitutions: Mapping[str, str] = each.get("substitutions", {})) -> str:
            for key, value in substitutions.items():
                text = text.replace(key, value)
            return text

        given = {**sent.get("custom_args", {}), **each.get("custom_args", {})}
        given.pop("anymail_id")
        letters.append(
            Letter(
                each["to"][0]["email"],
                fill(sent["subject"]),
                fill(content["text/plain"]),
                fill(content["text/html"]),
                {**sent.get("headers", {}), **each.get("headers", {})},
                given,
            )
        )
    return letters


def mailgun(request: Request) -> list[Letter]:
    """`%recipient.key%` anywhere, of the recipient's own variables."""
    form = request.form
    variables = json.loads(form.get("recipient-variables", ["{}"])[0])
    letters = []
    for to in form["to"]:

        def fill(text: str, own: Mapping[str, str] = variables.get(to, {})) -> str:
            return re.sub(r"%recipient\.([^%]+)%", lambda found: own[found[1]], text)

        filled = {name: fill(values[0]) for name, values in form.items() if name != "recipient-variables"}
        headers = {name[2:]: value for name, value in filled.items() if name.startswith("h:")}
        headers.pop("Reply-To", None)
        metadata = {name[2:]: value for name, value in filled.items() if name.startswith("v:")}
        letters.append(Letter(to, filled["subject"], filled["text"], filled["html"], headers, metadata))
    return letters


def _braces(text: str, own: Mapping[str, str]) -> str:
    return re.sub(r"\{\{\{?(\w+)\}?\}\}", lambda found: own[found[1]], text)


def sparkpost(request: Request) -> list[Letter]:
    """Handlebars-like braces, unless perform_substitutions is off."""
    sent = request.json
    content = sent["content"]
    fills = sent["options"].get("perform_substitutions", True)
    letters = []
    for each in sent["recipients"]:
        own = {**sent.get("substitution_data", {}), **each.get("substitution_data", {})}

        def fill(text: str, own: Mapping[str, str] = own) -> str:
            return _braces(text, own) if fills else text

        letters.append(
            Letter(
                each["address"]["email"],
                fill(content["subject"]),
                fill(content["text"]),
                fill(content["html"]),
                {name: fill(value) for name, value in content["headers"].items()},
                {**sent.get("metadata", {}), **each.get("metadata", {})},
            )
        )
    return letters


def amazon_ses(request: Request) -> list[Letter]:
    """SendBulkEmail with the template in the call: plain substitution, headers entry by entry."""
    sent = request.json
    template = sent["DefaultContent"]["Template"]["TemplateContent"]
    letters = []
    for entry in sent["BulkEmailEntries"]:
        own = json.loads(entry["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"])
        headers = {each["Name"]: each["Value"] for each in entry["ReplacementHeaders"]}
        metadata = json.loads(headers.pop("X-Metadata"))
        filled = {part: _braces(text, own) for part, text in template.items()}
        to = entry["Destination"]["ToAddresses"][0]
        letters.append(Letter(to, filled["Subject"], filled["Text"], filled["Html"], headers, metadata))
    return letters


def postmark(request: Request) -> list[Letter]:
    """/email/bulk: Mustachio with each message's own model."""
    sent = request.json
    shared = {each["Name"]: each["Value"] for each in sent["Headers"]}
    letters = []
    for each in sent["Messages"]:
        own = each["TemplateModel"]
        headers = {**shared, **{item["Name"]: item["Value"] for item in each.get("Headers", [])}}
        metadata = {name: value for name, value in each["Metadata"].items() if name != "anymail_id"}
        filled = [_braces(sent[part], own) for part in ("Subject", "TextBody", "HtmlBody")]
        letters.append(Letter(each["To"], *filled, headers, metadata))
    return letters


def _ses_answer(request: Request) -> Answer:
    entries = request.json.get("BulkEmailEntries", [])
    results = [{"Status": "SUCCESS", "MessageId": f"ses-{number}"} for number in range(len(entries))]
    return Answer(200, {"BulkEmailEntryResults": results} if entries else {"MessageId": "ses-single"})


def _sparkpost_answer(request: Request) -> Answer:
    taken = len(request.json["recipients"])
    results = {"total_accepted_recipients": taken, "total_rejected_recipients": 0, "id": "sp-1"}
    return Answer(200, {"results": results})


def _postmark_answer(request: Request) -> Answer:
    if request.path == "/email/bulk":
        return Answer(200, {"ID": "bulk-1", "Status": "Accepted", "PercentageCompleted": 0})
    return Answer(200, {"To": request.json["To"], "MessageID": "pm-1", "ErrorCode": 0, "Message": "OK"})


FILLERS: dict[str, Callable[[Request], list[Letter]]] = {
    "amazon_ses": amazon_ses,
    "mailgun": mailgun,
    "postmark": postmark,
    "sendgrid": sendgrid,
    "sparkpost": sparkpost,
}
ANSWERS: dict[str, Callable[[Request], Any]] = {
    "amazon_ses": _ses_answer,
    "mailgun": lambda request: Answer(200, {"id": "<mg-1>", "message": "Queued. Thank you."}),
    "postmark": _postmark_answer,
    "sendgrid": lambda request: Answer(202, b""),
    "sparkpost": _sparkpost_answer,
}
