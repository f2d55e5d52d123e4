"""Charts as data: drawn in the browser by uPlot, with the same figures in a table behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Text = str | Promise
Label = datetime | date | str


@dataclass(frozen=True)
class Series:
    """One line or row of bars; None is a gap. `dashed` marks what is not final or only compares."""

    label: Text
    values: Sequence[float | int | None]
    dashed: bool = False


@dataclass(frozen=True)
class Chart:
    """`x` holds moments, days or words; every series has as many values as `x` has labels."""

    title: Text
    x: Sequence[Label]
    series: Sequence[Series]
    kind: str = "line"
    unit: Text = ""
    height: int = 220

    def __post_init__(self) -> None:
        if any(len(one.values) != len(self.x) for one in self.series):
            raise ValueError(f"Chart {self.title!r}: every series needs a value (or None) for each label.")

    @property
    def is_empty(self) -> bool:
        """Nothing, or nothing but zeros: a bare axis says less than a sentence."""
        return not any(value for one in self.series for value in one.values)

    @property
    def data(self) -> dict[str, Any]:
        """What the browser's script draws from."""
        timed = bool(self.x) and isinstance(self.x[0], date)
        return {
            "kind": self.kind,
            "unit": str(self.unit),
            "height": self.height,
            "timed": timed,
            # A day has no hour that could be moved into the viewer's zone.
            "zone": timezone.get_current_timezone_name()
            if isinstance(next(iter(self.x), ""), datetime)
            else "UTC",
            "x": [_seconds(label) for label in self.x] if timed else list(range(len(self.x))),
            "labels": [self._label(label) for label in self.x],
            "series": [
                {"label": str(one.label), "values": list(one.values), "dashed": one.dashed}
                for one in self.series
            ],
        }

    @property
    def rows(self) -> list[tuple[str, list[float | int | None]]]:
        """The table behind the chart: a label and its value in each series."""
        return [
            (self._label(label), [one.values[index] for one in self.series])
            for index, label in enumerate(self.x)
        ]

    def _label(self, label: Label) -> str:
        if isinstance(label, datetime):
            return formats.date_format(timezone.localtime(label), _("j M, H:i"))
        return formats.date_format(label, _("j M")) if isinstance(label, date) else str(label)


def _seconds(label: Label) -> float:
    if isinstance(label, datetime):
        return label.timestamp()
    assert isinstance(label, date)
    return datetime(label.year, label.month, label.day, tzinfo=UTC).timestamp()
