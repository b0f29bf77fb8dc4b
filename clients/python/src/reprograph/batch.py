"""A batch: some points of the journal, in the columns that the server takes."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import Any

from .journal import Journal

MOST_POINTS = 20_000
MOST_SERIES = 1_000
"""The server takes no more series at once."""


def columns(journal: Journal) -> tuple[int, list[dict[str, Any]]]:
    """Where the next batch ends, and its series. One that was on its way is made again as it was."""
    on_its_way = journal.until - journal.sent
    found: dict[int, dict[int, tuple[float, float]]] = {}
    until = journal.sent
    for ts, step, value, number in journal.points(journal.sent, on_its_way or MOST_POINTS):
        if number not in found and len(found) == MOST_SERIES:
            break
        # A step that was logged again has its last value.
        found.setdefault(number, {})[step] = (value, ts)
        until += 1
    names = journal.names()
    return until, [
        {
            **names[number],
            "steps": list(points),
            "values": [_real(value) for value, _ in points.values()],
            "timestamps": [_time(ts) for _, ts in points.values()],
        }
        for number, points in found.items()
    ]


def _real(value: float) -> float | str:
    """A number as the server takes it: JSON has none that is not finite."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _time(ts: float) -> str:
    return datetime.fromtimestamp(ts, timezone.utc).isoformat(timespec="milliseconds")
