"""A wrong value in the environment stops the start with a sentence that names it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from mailhub.lib import environment, valkey
from tests.house.source import ROOT

SHORT_KEY = "too-short"
LONG_KEY = "a-key-that-is-long-enough-to-be-used"


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAILHUB_PORT", "eighty"),
        ("MAILHUB_PORT", "70000"),
        ("PUBLIC_URL", "mail.example.org"),
        ("PUBLIC_URL", "https://mail.exa mple.org"),
        ("DATABASE_URL", "mysql://localhost/mailhub"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://localhost:99999/0"),
        ("MAILHUB_SMTP_URL", "localhost:25"),
        ("MAILHUB_SMTP_URL", "smtp://localhost:0"),
        ("MAILHUB_KEYS", SHORT_KEY),
        ("MAILHUB_KEYS", ","),
        ("MAILHUB_DATA", "/dev/null/data"),
    ],
)
def test_a_command_refuses_a_wrong_value_in_one_sentence(name: str, value: str) -> None:
    done = manage("check", **{name: value})
    assert done.returncode == 2
    assert done.stdout == ""
    assert name in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    done = manage("migrate", DATABASE_URL=f"postgresql://ann@/mailhub?host={tmp_path}")
    assert done.returncode == 2
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_without_tables_is_one_sentence(tmp_path: Path) -> None:
    done = manage("changepassword", "ann", MAILHUB_DATA=str(tmp_path), DATABASE_URL="")
    assert done.returncode == 2
    assert "manage.py migrate" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("http://mail.example.org", "smtp://host"),
        ("smtp://mail.example.org:99999", "port"),
        ("smtp://mail.example.org?tls=maybe", "tls=maybe"),
        ("smtp://mail.example.org?colour=red", "colour"),
        ("smtp://mail.example.org?connections=many", "connections=many"),
        ("smtp://mail.example.org?connections=-1", "connections=-1"),
        ("smtp://ann@mail.example.org", "not both"),
    ],
)
def test_a_wrong_smarthost_is_named(monkeypatch: pytest.MonkeyPatch, value: str, complaint: str) -> None:
    monkeypatch.setenv("MAILHUB_SMTP_URL", value)
    with pytest.raises(ImproperlyConfigured, match=complaint) as caught:
        environment.smtp_server("MAILHUB_SMTP_URL")
    assert "MAILHUB_SMTP_URL" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "port", "tls"),
    [
        ("smtp://mail.example.org", 25, "none"),
        ("smtp://mail.example.org:587", 587, "starttls"),
        ("smtp://mail.example.org?tls=starttls", 587, "starttls"),
        ("smtp://mail.example.org?tls=implicit", 465, "implicit"),
        ("smtp://ann:s%40fe@mail.example.org:2525?tls=none", 2525, "none"),
    ],
)
def test_a_smarthost_is_read(monkeypatch: pytest.MonkeyPatch, value: str, port: int, tls: str) -> None:
    monkeypatch.setenv("MAILHUB_SMTP_URL", value)
    server = environment.smtp_server("MAILHUB_SMTP_URL")
    assert server is not None
    assert (server.host, server.port, server.tls) == ("mail.example.org", port, tls)
    assert server.password == ("s@fe" if "ann" in value else "")


def test_a_smarthost_may_say_how_many_connections_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for value in ("smtp://mail.example.org", "smtp://mail.example.org?tls=none&connections=50"):
        monkeypatch.setenv("MAILHUB_SMTP_URL", value)
        server = environment.smtp_server("MAILHUB_SMTP_URL")
        assert server is not None
        found.append(server.connections)
    assert found == [0, 50]


def test_trusted_proxies_are_addresses_or_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXIES", "10.0.0.0/8, 192.0.2.1")
    assert [str(network) for network in environment.networks("PROXIES")] == ["10.0.0.0/8", "192.0.2.1/32"]
    monkeypatch.setenv("PROXIES", "proxy.example.org")
    with pytest.raises(ImproperlyConfigured, match=r"PROXIES contains 'proxy\.example\.org'"):
        environment.networks("PROXIES")


def test_a_log_level_is_one_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVEL", "loud")
    with pytest.raises(ImproperlyConfigured, match="LEVEL is 'LOUD'"):
        environment.log_level("LEVEL")


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    first = environment.keys("KEYS_THAT_ARE_NOT_SET", tmp_path)
    assert environment.keys("KEYS_THAT_ARE_NOT_SET", tmp_path) == first
    assert (tmp_path / "mailhub.key").stat().st_mode & 0o077 == 0


def test_several_keys_keep_their_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KEYS", f"{LONG_KEY}-1, {LONG_KEY}-2")
    assert environment.keys("KEYS", tmp_path) == [f"{LONG_KEY}-1", f"{LONG_KEY}-2"]


def test_commands_find_the_running_valkey_by_its_note(tmp_path: Path) -> None:
    valkey.note_path(tmp_path).write_text('{"url": "unix:///run/valkey.sock?db=0", "process_id": 1}')
    assert valkey.find_url("", tmp_path) == "unix:///run/valkey.sock?db=0"


def test_the_socket_of_a_deep_data_folder_is_short_enough(tmp_path: Path) -> None:
    assert len(str(valkey.socket_path(tmp_path / ("deep/" * 60)))) < 100
