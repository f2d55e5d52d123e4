"""The sink that benchmarks count with, and the control that fills it."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import controls, sinks
from benchmarks.sinks import Sink


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    running = sinks.start(sinks.PLAIN, tmp_path / "sink")
    yield running
    running.process.kill()
    running.process.wait()


def read_replies(line: socket.socket, count: int) -> list[bytes]:
    received = b""
    while received.count(b"\r\n") < count:
        received += line.recv(4096)
    return received.splitlines()


def test_a_letter_arrives_as_it_was_written(sink: Sink) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.sendmail("shop@example.org", ["ann@example.com"], b"Subject: Hello\r\n\r\n.one\r\n..two\r\n")
    taken = sink.stop()
    assert taken.letters == 1 and taken.recipients == {"ann@example.com"}
    assert taken.first == b"Subject: Hello\r\n\r\n.one\r\n..two\r\n"


def test_who_gets_a_second_letter_is_counted(sink: Sink) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        for address in ("ann@example.com", "bo@example.com", "ann@example.com"):
            client.sendmail("shop@example.org", [address], b"Subject: Hello\r\n\r\nHello\r\n")
    taken = sink.stop()
    assert (taken.letters, taken.recipients, taken.repeated) == (3, {"ann@example.com", "bo@example.com"}, 1)


def test_a_letter_that_was_taken_back_counts_for_nobody(sink: Sink) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.ehlo()
        client.mail("shop@example.org")
        client.rcpt("ann@example.com")
        client.rset()
    taken = sink.stop()
    assert taken.letters == 0 and taken.recipients == frozenset()


def test_commands_that_come_all_at_once_are_answered_one_by_one(sink: Sink) -> None:
    envelope = b"MAIL FROM:<shop@example.org>\r\nRCPT TO:<%s@example.com>\r\nDATA\r\n"
    with socket.create_connection(("127.0.0.1", sink.port)) as line:
        read_replies(line, 1)
        line.sendall(b"HELO shop\r\n" + envelope % b"ann")
        assert [reply[:3] for reply in read_replies(line, 4)] == [b"250", b"250", b"250", b"354"]
        line.sendall(b"Hello\r\n.\r\n" + envelope % b"bo")
        assert [reply[:3] for reply in read_replies(line, 4)] == [b"250", b"250", b"250", b"354"]
        line.sendall(b".\r\nNONSENSE\r\nQUIT\r\n")
        assert [reply[:3] for reply in read_replies(line, 3)] == [b"250", b"502", b"221"]
    assert sink.stop().recipients == {"ann@example.com", "bo@example.com"}


def test_a_slow_sink_takes_the_same_letters(tmp_path: Path) -> None:
    sink = sinks.start(sinks.PLAIN, tmp_path / "sink", latency_ms=2)
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.sendmail("shop@example.org", ["ann@example.com"], b"Subject: Hello\r\n\r\nHello\r\n" * 900)
    assert sink.stop().recipients == {"ann@example.com"}


def test_the_bundled_control_gives_each_letter_once(sink: Sink, tmp_path: Path) -> None:
    letter = tmp_path / "letter.eml"
    letter.write_bytes(b"Subject: Hello\r\n\r\n.Hello\r\n")
    command = [sys.executable, str(controls.PLAIN_SOURCE), str(sink.port), str(letter)]
    subprocess.run([*command, "--letters", "21", "--connections", "3"], check=True)
    taken = sink.stop()
    assert taken.letters == 21
    assert taken.first == b"Subject: Hello\r\n\r\n.Hello\r\n\r\n"


def test_a_control_says_what_it_and_its_sink_used(tmp_path: Path) -> None:
    letter = b"Subject: Hello\r\n\r\nHello\r\n"
    figures = controls.send(
        letter, tmp_path, kind=sinks.best(latency_ms=0), letters=40, connections=2, latency_ms=0
    )
    assert figures.letters == 40 and figures.letters_per_second > 0
