"""Asks a web server for many pages: with `wrk` where it is installed, else with `plain_requests.py`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks import plain_requests
from benchmarks.surroundings import Refused

WRK = "wrk"
PLAIN_REQUESTS = Path(__file__).with_name("plain_requests.py")
# wrk has a script of Lua read the paths, and say at its end what it found.
SCRIPT = """
local paths, next_path = {}, 0
for line in io.lines("%(paths)s") do paths[#paths + 1] = line end
wrk.headers["User-Agent"] = "%(agent)s"
function request()
  next_path = next_path %% #paths + 1
  return wrk.format("GET", paths[next_path])
end
function done(summary, latency)
  print(string.format("FOUND %%d %%d %%d %%f %%f", summary.requests, summary.duration,
    summary.errors.status + summary.errors.read + summary.errors.connect + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""
FOUND = re.compile(r"FOUND (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+)")


@dataclass(frozen=True, slots=True)
class Answered:
    """How a server answered; CPU seconds of the program that asked."""

    program: str
    requests: int
    seconds: float
    wrong: int
    median_ms: float
    p99_ms: float
    cpu_seconds: float

    @property
    def requests_per_second(self) -> int:
        return round(self.requests / self.seconds)


def ask(port: int, paths: Path, *, seconds: float, connections: int) -> Answered:
    """Ask for the paths in the file in turn, for that long; raises Refused for a wrong answer."""
    program = WRK if shutil.which(WRK) else PLAIN_REQUESTS.name
    command = (
        _wrk(port, paths, seconds, connections)
        if program == WRK
        else _plain(port, paths, seconds, connections)
    )
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Refused(f"{program} ended with {process.returncode}: {output}")
    cpu = usage.ru_utime + usage.ru_stime
    found = _read_wrk(output, cpu) if program == WRK else _read_plain(output, cpu)
    if found.wrong and found.requests:
        raise Refused(f"{found.wrong:,} of {found.requests:,} answers were errors.")
    return found


def _plain(port: int, paths: Path, seconds: float, connections: int) -> list[str]:
    command = [sys.executable, str(PLAIN_REQUESTS), str(port), str(paths)]
    return [*command, "--seconds", str(seconds), "--connections", str(connections)]


def _wrk(port: int, paths: Path, seconds: float, connections: int) -> list[str]:
    script = paths.with_suffix(".lua")
    script.write_text(SCRIPT % {"paths": paths, "agent": plain_requests.AGENT.decode()})
    command = [WRK, "--threads", "1", "--connections", str(connections), "--duration", f"{seconds:.0f}s"]
    return [*command, "--script", str(script), f"http://127.0.0.1:{port}"]


def _read_plain(output: str, cpu: float) -> Answered:
    found = json.loads(output)
    times = (found["requests"], found["seconds"], found["wrong"], found["median_ms"], found["p99_ms"])
    return Answered(PLAIN_REQUESTS.name, *times, cpu)


def _read_wrk(output: str, cpu: float) -> Answered:
    """Its times are in microseconds."""
    found = FOUND.search(output)
    if found is None:
        raise Refused(f"wrk said nothing of its findings: {output}")
    requests, duration, wrong = int(found[1]), int(found[2]), int(found[3])
    return Answered(WRK, requests, duration / 1e6, wrong, float(found[4]) / 1e3, float(found[5]) / 1e3, cpu)
