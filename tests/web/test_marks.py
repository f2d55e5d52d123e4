"""What browsers and robots ask for without being told to."""

from __future__ import annotations

from django.test import Client


def test_robots_are_to_stay_away() -> None:
    answer = Client().get("/robots.txt")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines() == ["User-agent: *", "Disallow: /"]


def test_the_mark_is_where_browsers_look_for_it() -> None:
    answer = Client().get("/favicon.ico")

    assert (answer.status_code, answer["Location"]) == (302, "/static/web/mark.svg")
    assert "Set-Cookie" not in answer


def test_both_are_only_read() -> None:
    assert [Client().post(path).status_code for path in ("/robots.txt", "/favicon.ico")] == [405, 405]
