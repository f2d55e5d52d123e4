"""What benchmarks read of the processes that they measure."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks import processes

BUSY = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"


def test_what_a_child_has_used_counts_for_its_parent_while_it_lives_and_after() -> None:
    before = processes.usage(os.getpid())
    command = [sys.executable, "-c", BUSY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        alone = processes.usage(child.pid)
        living = processes.usage(os.getpid()).since(before)
        assert processes.parent(child.pid) == os.getpid()
        child.communicate(b"\n")
    ended = processes.usage(os.getpid()).since(before)
    # The system counts in hundredths of a second, for each process by itself.
    assert alone.cpu_seconds >= 0.28
    assert living.cpu_seconds >= 0.28
    assert ended.cpu_seconds >= 0.28


def test_the_peak_is_that_of_the_largest_process() -> None:
    usage = processes.usage(os.getpid())
    assert usage.peak_megabytes > 10
    assert usage.since(usage).peak_megabytes == usage.peak_megabytes


def test_a_process_that_is_gone_has_used_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    assert processes.usage(child.pid) == processes.Usage(0, 0)
    assert processes.parent(child.pid) is None
    assert processes.name(child.pid) == ""
