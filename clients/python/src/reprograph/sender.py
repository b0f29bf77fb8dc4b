"""The thread of a run: it sends what was logged, and renews the lease."""

from __future__ import annotations

import threading
import time

from . import batch, documents
from .backoff import Backoff
from .errors import Away, Error, LeaseLost, Refused, Unreachable
from .folder import Folder
from .journal import Journal
from .said import LOG
from .server import NO_GRAPHQL, Server

EVERY = 0.5
"""How many seconds points wait for others, to be sent together."""
LOST = {"PRECONDITION_FAILED", "NOT_FOUND"}
"""The codes by which the server says that the run is not ours."""


class Sender(threading.Thread):
    """Sends the points of a journal in their order, as long as the lease holds."""

    def __init__(self, server: Server, folder: Folder, journal: Journal) -> None:
        super().__init__(name=f"reprograph {folder.run}", daemon=True)
        self.failure: Error | None = None
        """Why nothing more is taken."""
        self._server = server
        self._folder = folder
        self._journal = journal
        self._renew_at = 0.0
        self._backoff = Backoff()
        self._awaited = 0
        """How many points of the journal somebody waits for."""
        self._wake = threading.Event()
        self._sent = threading.Condition()

    def run(self) -> None:
        """Sends and renews until it is stopped, or the run is lost."""
        while self.failure is None:
            pause = 0.0
            try:
                self._turn()
                self._backoff.reset()
                if self._journal.sent >= self._awaited and self._journal.head - self._journal.sent < batch.MOST_POINTS:
                    pause = EVERY
            except Away as away:
                pause = self._wait(away)
            except Refused as why:
                if why.code == NO_GRAPHQL:
                    # It was a Reprograph when the run began, so something else answers for one that is away.
                    pause = self._wait(Away(why.message))
                else:
                    self._end(LeaseLost(why.code, why.message) if why.code in LOST else why)
            except Exception as why:
                self._end(Error(f"the thread that sends has failed: {why!r}"))
            self._rest(pause)

    def wait_until_sent(self, count: int, wait: float | None) -> None:
        """Waits until the server has so many points of the journal."""
        self._awaited = max(self._awaited, count)
        self._wake.set()
        with self._sent:
            self._sent.wait_for(lambda: self.failure is not None or self._journal.sent >= count, wait)
        if self._journal.sent < count:
            left = count - self._journal.sent
            raise self.failure or Unreachable(f"{left} points could not be sent yet; they stay in {self._folder.path}")

    def wait_for_room(self) -> None:
        """Waits until the server has some more of what fills the journal."""
        with self._sent:
            before = self._journal.sent
            self._sent.wait_for(lambda: self.failure is not None or self._journal.sent > before)
        if self.failure is not None:
            raise self.failure

    def stop(self, why: Error) -> None:
        """Ends the thread."""
        self._end(why)
        self._wake.set()
        self.join()

    def _turn(self) -> None:
        if time.monotonic() >= self._renew_at:
            self._renew()
        if self._journal.head > self._journal.sent:
            self._send()

    def _renew(self) -> None:
        hold = self._folder.hold
        asked = {"id": self._folder.run, "token": hold["token"], "seconds": hold["seconds"]}
        self._server.ask(documents.RENEW, asked)
        self._renew_at = time.monotonic() + hold["seconds"] / 3

    def _send(self) -> None:
        journal = self._journal
        until, series = batch.columns(journal)
        journal.sends(until)
        asked = {
            "runId": self._folder.run,
            "token": self._folder.hold["token"],
            # The folder's name tells the batches of this journal from those of whoever held the run before.
            "batchId": f"{self._folder.name}.{journal.sent}-{until}",
            "series": series,
        }
        self._server.ask(documents.LOG, asked)
        with self._sent:
            journal.has_sent()
            self._sent.notify_all()

    def _end(self, why: Error) -> None:
        with self._sent:
            self.failure = self.failure or why
            self._sent.notify_all()

    def _wait(self, away: Away) -> float:
        """How long to wait for a server that is away. It is told once."""
        if self._backoff.is_first():
            LOG.warning("what is logged of %s is kept until the server is back: %s", self._folder.run, away)
        return self._backoff.pause(away.after)

    def _rest(self, pause: float) -> None:
        if pause > 0 and self.failure is None:
            self._wake.wait(pause)
            self._wake.clear()
