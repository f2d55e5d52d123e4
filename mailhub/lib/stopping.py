"""Lets a long task see that its worker is asked to stop, so that it ends at the next good place."""

from __future__ import annotations

import mmap

# One byte shared with every forked child: the worker's parent sets it, its children only read.
_flag = mmap.mmap(-1, 1)


def request() -> None:
    _flag[0] = 1


def requested() -> bool:
    return _flag[0] == 1
