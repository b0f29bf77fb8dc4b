"""How a run comes into our hands, anew or again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from . import documents, folder
from .errors import Refused
from .folder import Folder
from .journal import Journal
from .run import Run
from .server import Server

GONE = {"CONFLICT", "NOT_FOUND", "PRECONDITION_FAILED"}
"""The codes by which the server says that what was left here leads to no run that is ours."""


class Paused(Exception):
    """Somebody paused the run that was left in a folder, which is still taken. It never leaves this package."""


def anew(server: Server, new: Folder, wait: float) -> Run | None:
    """Asks for the run of a folder; none where the queue is empty."""
    try:
        answer = server.insist(documents.BEGIN[new.way], new.given, wait)["begun"]
        about = answer["run"]
        if about is None:
            return None
        if answer["lease"] is None:
            raise Refused("PRECONDITION_FAILED", "the lease of the run does not hold any more")
        new.run = about["id"]
        new.keep()
        return Run(server, new, Journal(new.path, server.room), about)
    except Refused:
        raise
    except BaseException:
        # Whatever became of it, the next process asks for the same.
        new.leave()
        raise


def again(server: Server, left: Folder, wait: float) -> Run | None:
    """Goes on with the run that was left in a folder; none where it is gone, and the folder with it."""
    try:
        run = anew(server, left, wait)
    except Refused as why:
        if why.code not in GONE:
            left.leave()
            raise
        if left.run is not None and _status(server, left.run, wait) == "PAUSED":
            raise Paused from None
        left.set_aside(_unsent(left, server.room))
        return None
    if run is None:
        left.remove()
    return run


def hold(server: Server) -> dict[str, Any]:
    """How a run is held here from now on."""
    return folder.new_hold(server.lease)


def digest(server: Server, asked: Mapping[str, Any]) -> str:
    """What tells a call from others: by it a process that starts again finds what it has left."""
    return hashlib.sha256(json.dumps([server.url, asked], sort_keys=True).encode()).hexdigest()


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are there."""
    return {name: value for name, value in fields.items() if value is not None}


def _status(server: Server, run: str, wait: float) -> str | None:
    found = server.insist(documents.STATUS, run, wait)["run"]
    return None if found is None else str(found["status"])


def _unsent(left: Folder, room: int) -> int:
    journal = Journal(left.path, room)
    journal.close()
    return journal.head - journal.sent
