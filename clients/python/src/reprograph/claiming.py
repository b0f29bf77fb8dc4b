"""A worker's loop over the queue."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator
from typing import Any

from . import begin, folder
from .errors import Refused
from .run import Run
from .server import Server

LOOK_EVERY = 5.0
"""After how many seconds, about, an empty queue is looked at again."""


def claim(
    kind: str = "REPRODUCTION", *, project: str | None = None, wait: float | None = None, server: Server | None = None
) -> Iterator[Run]:
    """Runs from the queue, one after the other, the oldest of a kind first. No two workers get the same one.

    What was left here by a worker that did not come to its end comes first. A run that the loop has not ended itself is
    finished when the loop asks for the next. It ends when the queue was empty for `wait` seconds; by default it never
    does, and it waits for a server that is away.
    """
    server = server or Server()
    wanted = begin.given(kind=kind, projectId=project)
    while True:
        run = _left(server, wanted) or _queued(server, wanted, math.inf if wait is None else wait)
        if run is None:
            return
        yield run
        run.finish()


def _left(server: Server, wanted: dict[str, Any]) -> Run | None:
    """A run that a worker has left here."""
    call = begin.digest(server, wanted)
    for left in folder.free(server.state, lambda left: left.call == call):
        try:
            run = begin.again(server, left, math.inf)
        except begin.Paused:
            left.leave()
            continue
        if run is not None:
            return run
    return None


def _queued(server: Server, wanted: dict[str, Any], wait: float) -> Run | None:
    """The oldest run of the queue, as soon as there is one."""
    given = {**wanted, "hold": begin.hold(server)}
    kept = {"call": begin.digest(server, wanted), "way": "claim", "given": given, "run": None}
    new = folder.new(server.state, kept)
    deadline = time.monotonic() + wait
    try:
        while (run := begin.anew(server, new, math.inf)) is None:
            pause = random.uniform(0.5, 1.5) * LOOK_EVERY
            if time.monotonic() + pause > deadline:
                new.remove()
                return None
            time.sleep(pause)
        return run
    except Refused:
        new.remove()
        raise
