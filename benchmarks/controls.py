"""What sending is compared with: ready-made letters into the same kind of sink, and bare RSA signatures."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import sinks
from benchmarks.surroundings import Refused

POSTFIX = "smtp-source"
PLAIN_SOURCE = Path(__file__).with_name("plain_source.py")
# A line of `openssl speed`: "rsa 2048 bits 0.000340s 0.000010s   2941.2  98000.0", signing first.
SPEED = re.compile(r"rsa\s+2048\s+bits\s+([\d.]+)s")
SIGNATURES = 2000


@dataclass(frozen=True, slots=True)
class Control:
    """Ready-made letters a second by the wall clock; microseconds of CPU a letter of source and sink."""

    program: str
    letters: int
    letters_per_second: int
    cpu_microseconds: int
    sink_cpu_microseconds: int


def send(
    letter: bytes, folder: Path, *, kind: str, letters: int, connections: int, latency_ms: float
) -> Control:
    """The control's figures against a new sink of `kind`; raises Refused when letters got lost."""
    path = folder / "control.eml"
    sink = sinks.start(kind, folder / "control-sink", latency_ms=latency_ms)
    program, command = _source(letter, path, port=sink.port, letters=letters, connections=connections)
    before, begun = sink.usage(), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    sink_cpu = sink.usage().since(before).cpu_seconds
    taken = sink.stop()
    if process.returncode or taken.letters != letters:
        raise Refused(
            f"{program} ended with {process.returncode}; {taken.letters} of {letters} letters came."
        )
    cpu = usage.ru_utime + usage.ru_stime
    return Control(
        program, letters, round(letters / seconds), _micro(cpu / letters), _micro(sink_cpu / letters)
    )


def _source(letter: bytes, path: Path, *, port: int, letters: int, connections: int) -> tuple[str, list[str]]:
    """(name, command); the letter is written as the program wants it."""
    program = sinks.find_program(POSTFIX)
    if program is None:
        path.write_bytes(letter)
        command = [sys.executable, str(PLAIN_SOURCE), str(port), str(path)]
        return PLAIN_SOURCE.name, [*command, "--letters", str(letters), "--connections", str(connections)]
    # It ends each line by itself.
    path.write_bytes(letter.replace(b"\r\n", b"\n"))
    command = [program, "-d", "-s", str(connections), "-m", str(letters), "-F", str(path)]
    command += ["-f", "control@example.org", "-t", "control@example.com", f"127.0.0.1:{port}"]
    return f"{POSTFIX} -d", command


def signature_microseconds() -> tuple[str, int]:
    """(program, CPU µs) of one bare RSA-2048 signature: `openssl speed`, or `cryptography` without it."""
    if shutil.which("openssl"):
        command = ["openssl", "speed", "-seconds", "2", "rsa2048"]
        speed = subprocess.run(command, capture_output=True, text=True, check=True)
        if found := SPEED.search(speed.stdout):
            return "openssl speed", _micro(float(found[1]))
    return "cryptography", _signature_of_cryptography()


def _signature_of_cryptography() -> int:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.hashes import SHA256

    key = generate_private_key(public_exponent=65537, key_size=2048)
    begun = time.process_time()
    for _ in range(SIGNATURES):
        key.sign(b"as long as the headers of a letter are" * 30, PKCS1v15(), SHA256())
    return _micro((time.process_time() - begun) / SIGNATURES)


def _micro(seconds: float) -> int:
    return round(seconds * 1_000_000)
