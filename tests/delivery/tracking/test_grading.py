"""The grade of one hit, rule by rule."""

from datetime import timedelta

import pytest

from mailhub.delivery.tracking.grading import Evidence, Verdict, grade

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
HOME = "81.2.69.142"
PEOPLE = [
    CHROME,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.3.0",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.18129; Pro)",
    "Outlook-iOS/711.2620504.prod.iphone (3.34.0)",
    "Mozilla/5.0 (Linux; Android 14; CUBOT X70) AppleWebKit/537.36 Mobile Safari/537.36",
    "Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8)",
]
MACHINES = [
    "python-requests/2.32.3", "Python-urllib/3.11", "curl/8.5.0", "Wget/1.21.4", "Go-http-client/1.1",
    "Java/17.0.2", "okhttp-bot/1.0", "BarracudaCentral/1.0", "Mozilla/5.0 (compatible; Mimecast)",
    "Mozilla/5.0 (compatible; proofpoint)", "Mozilla/5.0 Microsoft Office Existence Discovery",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Slackbot-LinkExpanding 1.0",
    "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0", "facebookexternalhit/1.1", "WhatsApp/2.23",
]  # fmt: skip


@pytest.mark.parametrize("type", ["opened", "clicked"])
@pytest.mark.parametrize("user_agent", PEOPLE)
def test_browsers_and_mail_programs_are_people(type: str, user_agent: str) -> None:
    assert grade(Evidence(type, HOME, user_agent)) == Verdict("human")


@pytest.mark.parametrize("type", ["opened", "clicked"])
@pytest.mark.parametrize("user_agent", MACHINES)
def test_scanners_previews_crawlers_and_libraries_are_machines(type: str, user_agent: str) -> None:
    assert grade(Evidence(type, HOME, user_agent)) == Verdict("machine", "scanner_agent")


@pytest.mark.parametrize("type", ["opened", "clicked"])
def test_no_agent_at_all_is_a_machine(type: str) -> None:
    assert grade(Evidence(type, HOME, "")) == Verdict("machine", "empty_agent")


@pytest.mark.parametrize(
    "ip",
    ["64.235.150.9", "209.222.82.1", "205.139.110.7", "67.231.152.3", "148.163.140.1", "40.94.20.8",
     "104.47.5.6", "2a01:111:f400::9", "208.65.145.2"],
)  # fmt: skip
def test_a_scanner_s_network_is_a_machine_whatever_its_agent_says(ip: str) -> None:
    assert grade(Evidence("clicked", ip, CHROME)) == Verdict("machine", "scanner_network")


def test_prefetching_is_a_machine_even_from_a_person_s_browser() -> None:
    assert grade(Evidence("clicked", HOME, CHROME, prefetch=True)) == Verdict("machine", "prefetch")


@pytest.mark.parametrize(("ip", "user_agent"), [(HOME, "Mozilla/5.0"), ("17.58.6.1", CHROME)])
def test_apple_s_privacy_proxy_opens_every_letter_and_is_a_machine(ip: str, user_agent: str) -> None:
    assert grade(Evidence("opened", ip, user_agent)) == Verdict("machine", "apple_privacy_proxy")


def test_somebody_at_apple_can_click() -> None:
    assert grade(Evidence("clicked", "17.58.6.1", CHROME)) == Verdict("human")


def test_an_agent_that_no_browser_sends_does_not_click_as_a_person() -> None:
    assert grade(Evidence("clicked", HOME, "Mozilla/5.0")) == Verdict("machine", "scanner_agent")


GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
YAHOO = "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"


def test_proxies_that_hide_the_reader_leave_an_open_unknown() -> None:
    assert grade(Evidence("opened", "66.249.84.1", GMAIL)) == Verdict("unknown", "gmail_proxy")
    assert grade(Evidence("opened", "98.137.66.1", YAHOO)) == Verdict("unknown", "image_proxy")


@pytest.mark.parametrize("user_agent", [GMAIL, YAHOO])
def test_a_proxy_for_pictures_that_clicks_is_a_machine(user_agent: str) -> None:
    assert grade(Evidence("clicked", HOME, user_agent)) == Verdict("machine", "scanner_agent")


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        (-1.0, Verdict("machine", "too_soon")),
        (1.999, Verdict("machine", "too_soon")),
        (2.0, Verdict("human")),
        (90_000.0, Verdict("human")),
    ],
)
def test_sooner_than_two_seconds_after_sending_is_a_machine(seconds: float, verdict: Verdict) -> None:
    for type in ("opened", "clicked"):
        assert grade(Evidence(type, HOME, CHROME, after_sending=timedelta(seconds=seconds))) == verdict


def test_a_proxy_that_fetches_at_once_is_a_machine() -> None:
    at_once = Evidence("opened", "66.249.84.1", GMAIL, after_sending=timedelta(seconds=1))
    assert grade(at_once) == Verdict("machine", "too_soon")


def test_an_agent_that_nobody_knows_opens_as_unknown_and_clicks_as_a_person() -> None:
    assert grade(Evidence("opened", HOME, "Strange/1.0")) == Verdict("unknown", "unfamiliar_agent")
    assert grade(Evidence("clicked", HOME, "Strange/1.0")) == Verdict("human")
