"""What is kept on disk of the runs that are executed here: a folder for each, which one run of one process has."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .said import LOG

LOST = "lost-"
"""How the names of folders begin whose points the server takes no more."""

_taken: set[Path] = set()
_taking = threading.Lock()


class Folder:
    """A folder that is ours: how its run came into our hands, and the secret that proves its lease."""

    def __init__(self, path: Path, lock: int, kept: dict[str, Any]) -> None:
        self.path = path
        self._lock = lock
        self.call: str = kept["call"]
        """The digest of the call for which it was made."""
        self.way: str = kept["way"]
        """The way in which the run comes into our hands."""
        self.given: dict[str, Any] = kept["given"]
        """What the server is given for that."""
        self.run: str | None = kept["run"]
        """The run, as far as it is known."""

    @property
    def hold(self) -> dict[str, Any]:
        """How the run is held: by whom, for how long, and with which token."""
        hold: dict[str, Any] = self.given["hold"]
        return hold

    @property
    def name(self) -> str:
        """What nothing else is called."""
        return self.path.name

    def keep(self) -> None:
        """Writes down what is known, all of it or as it was."""
        new = self.path / "hold.new"
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"call": self.call, "way": self.way, "given": self.given, "run": self.run}, file)
            file.flush()
            os.fsync(file.fileno())
        new.rename(self.path / "hold.json")

    def leave(self) -> None:
        """Leaves it to whoever comes next."""
        _unlock(self.path, self._lock)

    def remove(self) -> None:
        """Removes it with all that is in it; first what others find it by."""
        (self.path / "hold.json").unlink()
        shutil.rmtree(self.path)
        self.leave()

    def set_aside(self, unsent: int) -> None:
        """Ends with it: points that the server takes no more stay where people find them."""
        if unsent == 0:
            self.remove()
            return
        aside = self.path.with_name(LOST + self.name)
        self.path.rename(aside)
        LOG.warning("%s was lost with %d points that were not sent; they stay in %s", self.run, unsent, aside)
        self.leave()


def new_hold(lease: int) -> dict[str, Any]:
    """How a run is to be held: by this machine, with a new token."""
    return {"holder": os.uname().nodename[:200] or "python", "seconds": lease, "token": secrets.token_hex(32)}


def new(state: Path, kept: dict[str, Any]) -> Folder:
    """A folder for a run that is to be held."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = state / secrets.token_hex(8)
    path.mkdir(mode=0o700)
    lock = _lock(path)
    if lock is None:
        raise OSError(errno.EBUSY, "a new folder was taken", str(path))
    folder = Folder(path, lock, kept)
    folder.keep()
    return folder


def free(state: Path, wanted: Callable[[Folder], bool]) -> Iterator[Folder]:
    """Folders that were left and are wanted, one after the other. Each is taken from here on."""
    for file in sorted(state.glob("*/hold.json")):
        path = file.parent
        lock = None if path.name.startswith(LOST) else _lock(path)
        if lock is None:
            continue
        try:
            folder = Folder(path, lock, json.loads(file.read_text()))
        except (OSError, ValueError, KeyError) as why:
            _unlock(path, lock)
            if not isinstance(why, FileNotFoundError):  # which somebody else has just removed
                LOG.warning("%s cannot be read and is passed over: %r", path, why)
            continue
        if wanted(folder):
            yield folder
        else:
            folder.leave()


def _lock(path: Path) -> int | None:
    """Takes a folder, unless somebody has it. The system lets go of it when the process ends, in whatever way."""
    with _taking:
        if path in _taken:
            return None
        try:
            lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            return None
        try:
            # A lock of the process alone: children that were forked, like those that load data, do not have it.
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return None
        _taken.add(path)
        return lock


def _unlock(path: Path, lock: int) -> None:
    with _taking:
        os.close(lock)
        _taken.discard(path)
