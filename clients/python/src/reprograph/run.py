"""A run that is executed here."""

from __future__ import annotations

import atexit
import os
import struct
import threading
import time
import unicodedata
from collections.abc import Mapping
from types import TracebackType
from typing import Any, SupportsFloat, SupportsIndex

from . import documents
from .errors import Error, LeaseLost
from .folder import Folder
from .journal import Full, Journal
from .said import LOG
from .sender import Sender
from .server import Server

LAST_STEP = 2**53 - 1
LONGEST_NAME = 200
LONGEST_MESSAGE = 10_000
AT_EXIT = 10.0
"""For how many seconds the end of the program waits for what is on its way."""

_open: set[Run] = set()


class Run:
    """A run that is executed here. It is logged by the process that began it."""

    def __init__(self, server: Server, folder: Folder, journal: Journal, about: Mapping[str, Any]) -> None:
        self.id: str = about["id"]
        self.name: str = about["name"]
        self.kind: str = about["kind"]
        """REPRODUCTION, SIMULATION, EXPERIMENT, or what a newer server calls it."""
        self.config: dict[str, Any] = about["config"]
        self.seed = None if about["seed"] is None else int(about["seed"])
        self.plan: dict[str, Any] | None = about["plan"]
        """The `id` and the `document` of its plan, where it has one."""
        last = about["progress"]["lastStep"]
        self.next_step = 1 + max(journal.last_step, -1 if last is None else last)
        """The step after the last that was logged: 0 for a new run, more for one that goes on."""
        self._server = server
        self._folder = folder
        self._journal = journal
        self._lock = threading.Lock()
        self._sender = Sender(server, folder, journal)
        self._sender.start()
        _open.add(self)

    def __repr__(self) -> str:
        return f"<Run {self.id} {self.name!r}>"

    def log(
        self, values: Mapping[str, SupportsFloat | SupportsIndex], step: int | None = None, split: str | None = None
    ) -> None:
        """Logs what metrics are at a step, which is the next where none is named.

        What was logged when this returns is kept, also when the process is killed. Logging a step again replaces its
        values. It waits only where the server has been away for so long that no room is left.
        """
        now = time.time()
        with self._lock:
            if self._sender.failure is not None:
                raise self._sender.failure
            if step is None:
                step = self.next_step
            if not 0 <= step <= LAST_STEP:
                raise ValueError(f"{step} is no step: one is from 0 to {LAST_STEP}")
            for metric, value in values.items():
                number = self._journal.numbers.get((metric, split)) or self._number(metric, split)
                self._append(now, step, value, number)
            if step >= self.next_step:
                self.next_step = step + 1

    def flush(self, timeout: float | None = None) -> None:
        """Waits until the server has all that was logged; raises `Unreachable` when it takes longer than that."""
        self._sender.wait_until_sent(self._journal.head, timeout)

    def finish(self, timeout: float | None = None) -> None:
        """Ends the run as one that SUCCEEDED, once the server has all of it. Said again, it does nothing."""
        self._end({"status": "SUCCEEDED"}, timeout)

    def fail(self, message: str, code: str = "E_EXCEPTION", timeout: float | None = None) -> None:
        """Ends the run as one that FAILED. The code is for programs, and begins with `E_`."""
        message = message.strip().replace("\0", "")[:LONGEST_MESSAGE] or code
        self._end({"status": "FAILED", "error": {"code": code, "message": message}}, timeout)

    def leave(self, timeout: float = AT_EXIT) -> None:
        """Stops here without an end. Whoever starts the same again goes on with this run."""
        if self not in _open:
            return
        try:
            self.flush(timeout)
        except Error as why:
            LOG.warning("%s was left: %s", self.id, why)
        self._close("the run was left")
        self._folder.leave()

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        if why is None:
            self.finish()
        elif isinstance(why, LeaseLost):
            self.leave(0)
        else:
            try:
                self.fail(f"{type(why).__name__}: {why}", timeout=AT_EXIT)
            except Error as second:
                LOG.warning("%s could not be failed: %s", self.id, second)
                self.leave(0)

    def _number(self, metric: str, split: str | None) -> int:
        """The number of a series of a new name. What the server would refuse later is refused here."""
        for name in (metric, split):
            if name is not None and (not name.strip() or len(name) > LONGEST_NAME or any(map(_is_control, name))):
                raise ValueError(f"{name!r} is no name: one has 1 to {LONGEST_NAME} characters, in one line")
        return self._journal.name(metric, split)

    def _append(self, now: float, step: int, value: Any, number: int) -> None:
        while True:
            try:
                return self._journal.append(now, step, value, number)
            except Full:
                self._sender.wait_for_room()
            except struct.error:
                raise TypeError(f"{value!r} at step {step!r} is no number") from None

    def _end(self, outcome: dict[str, Any], timeout: float | None) -> None:
        if self not in _open:
            return
        wait = self._folder.hold["seconds"] if timeout is None else timeout
        deadline = time.monotonic() + wait
        self._sender.wait_until_sent(self._journal.head, wait)
        asked = {"id": self.id, "token": self._folder.hold["token"], **outcome}
        self._server.insist(documents.FINISH, asked, deadline - time.monotonic())
        self._close("the run is over")
        self._folder.remove()

    def _close(self, why: str) -> None:
        _open.discard(self)
        self._sender.stop(Error(why))
        with self._lock:
            self._journal.close()


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc"


def _leave_all() -> None:
    for run in list(_open):
        run.leave()


def _forget_all() -> None:
    """In a child that was forked: its parent logs, and has the threads."""
    for run in _open:
        run._lock = threading.Lock()
        run._sender.failure = Error("a run is logged by the process that began it, not by its children")
    _open.clear()


atexit.register(_leave_all)
os.register_at_fork(after_in_child=_forget_all)
