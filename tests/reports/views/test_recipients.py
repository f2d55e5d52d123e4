"""The people of a campaign in a browser, and as a file."""

from __future__ import annotations

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from campaigns.models import Campaign
from mailhub.accounts.models import AuditEntry
from mailhub.delivery.models import Message
from mailhub.lib import addresses, clock
from reports.services import rollups
from tests.reports import sent

pytestmark = pytest.mark.django_db

ANN, BO = "ann@example.org", "=bo@example.org"


@pytest.fixture
def campaign() -> Campaign:
    made = sent.send([ANN, BO], at=clock.now())
    sent.happened(made, "opened", ANN)
    return made


def sign_in(client: Client, role: str = "viewer", **fields: object) -> Client:
    client.force_login(sent.make_user(role, **fields))
    return client


def path(campaign: Campaign, rest: str = "recipients/") -> str:
    return f"/campaigns/{campaign.pk}/{rest}"


def file_of(answer: object) -> str:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]


def test_a_figure_s_people_are_listed_with_a_way_to_each(client: Client, campaign: Campaign) -> None:
    told = sign_in(client).get(path(campaign) + "?did=opened").content.decode()
    assert ANN in told and BO not in told
    assert 'data-href="/contacts/' in told
    assert "1 entry" in told


def test_addresses_are_masked_for_who_may_not_see_them(client: Client, campaign: Campaign) -> None:
    viewer = sign_in(client, sees_addresses=False)
    told = viewer.get(path(campaign)).content.decode()
    assert ANN not in told
    assert addresses.mask(ANN) in told


def test_masked_addresses_cannot_be_guessed_letter_by_letter(client: Client, campaign: Campaign) -> None:
    viewer = sign_in(client, sees_addresses=False)
    assert "Nobody matches" in viewer.get(path(campaign) + "?q=a").content.decode()
    assert addresses.mask(ANN) in viewer.get(path(campaign) + f"?q={ANN}").content.decode()


def test_a_search_answers_the_table_alone(client: Client, campaign: Campaign) -> None:
    headers = {"HX-Request": "true", "HX-Target": "recipients-table"}
    told = sign_in(client).get(path(campaign) + "?q=ann", headers=headers).content.decode()
    assert ANN in told and "<html" not in told


def test_nonsense_in_the_address_is_no_error(client: Client, campaign: Campaign) -> None:
    viewer = sign_in(client)
    for query in (
        "state=x",
        "did=x",
        "link=x",
        "link=-1",
        "reason=%00",
        "q=%00",
        "domain=@",
        "link=99999999999",
    ):
        assert viewer.get(f"{path(campaign)}?{query}").status_code == 200
    answer = viewer.get(f"{path(campaign)}?did=opened&cursor=x")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{path(campaign)}?did=opened")


def test_files_are_for_who_may_export(client: Client, campaign: Campaign) -> None:
    viewer = sign_in(client)
    assert viewer.post(path(campaign, "recipients/export/")).status_code == 403
    for rest in ("report/summary/", "report/links/"):
        assert viewer.get(path(campaign, rest)).status_code == 403
    assert viewer.get("/reports/export/").status_code == 403


def test_the_file_of_recipients_holds_who_the_filter_names(client: Client, campaign: Campaign) -> None:
    exporter = sign_in(client, may_export=True)
    everybody = file_of(exporter.post(path(campaign, "recipients/export/")))
    assert ANN in everybody
    # A spreadsheet would run it as a formula.
    assert f"'{BO}" in everybody
    opened = file_of(exporter.post(path(campaign, "recipients/export/"), {"did": "opened"}))
    assert ANN in opened and BO not in opened
    assert set(AuditEntry.objects.values_list("act", flat=True)) == {"recipients.exported"}


def test_fetching_the_file_s_address_exports_nothing(client: Client, campaign: Campaign) -> None:
    exporter = sign_in(client, may_export=True)
    assert exporter.get(path(campaign, "recipients/export/")).status_code == 405
    assert not AuditEntry.objects.exists()


def test_the_other_files_hold_figures(client: Client, campaign: Campaign) -> None:
    rollups.refresh_due(now=clock.now())
    exporter = sign_in(client, may_export=True)
    assert "opens human people,1" in file_of(exporter.get(path(campaign, "report/summary/")))
    assert "https://shop.example/a" in file_of(exporter.get(path(campaign, "report/links/")))
    assert "Spring" in file_of(exporter.get("/reports/export/"))


def test_an_empty_domain_means_whose_address_was_erased(client: Client) -> None:
    campaign = sent.send(["ann@example.org", "bo@example.org"], at=clock.now())
    Message.objects.filter(address="bo@example.org").update(address="")
    client.force_login(sent.make_user("admin"))
    told = client.get(f"/campaigns/{campaign.pk}/recipients/?domain=").content.decode()
    assert "Address erased" in told and "1 entry" in told
    two = client.get(f"/campaigns/{campaign.pk}/recipients/?domain=example.org,example.net").content.decode()
    assert "ann@example.org" in two and "1 entry" in two
