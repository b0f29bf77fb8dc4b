"""The journal of a run: every point that was logged and that the server does not have yet.

A point is written into a file that is mapped into memory. It is there for the next process from the moment on in which
`append` returns, however this one ends, and no system call is made for it. Its last field, the number of its series, is
never 0 and is written last: a point that was being written when the process was killed is none.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from pathlib import Path

POINT = struct.Struct("@dqdI4x")
"""The time, the step, the value, and the number of the series. 32 bytes, so none lies across two pages."""
WRITTEN = struct.Struct("@dqdI")
"""The same without the bytes at its end."""
SEGMENT = 32_768
"""How many points a file has."""
POSITIONS = struct.Struct("@qq")
"""How many points the server has, and where the batch ends that is on its way."""


class Full(Exception):
    """There is no room until the server has taken more."""


class Journal:
    """Points in the order in which they were logged, numbered from 0."""

    def __init__(self, folder: Path, room: int) -> None:
        self._folder = folder
        self._most_segments = max(2, room // (SEGMENT * POINT.size))
        self.numbers: dict[tuple[str, str | None], int] = {}
        """The numbers of the series, from 1."""
        self._names = os.open(folder / "series", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._read_names()
        self._positions = os.open(folder / "positions", os.O_RDWR | os.O_CREAT, 0o600)
        found = os.pread(self._positions, POSITIONS.size, 0)
        self.sent: int
        self.until: int
        self.sent, self.until = POSITIONS.unpack(found) if len(found) == POSITIONS.size else (0, 0)
        self.last_step = -1
        """The greatest step of the points that were found and not sent; -1 where there were none."""
        self._map: mmap.mmap
        self._place = 0
        self.head = self._recover()
        """How many points were ever logged."""

    def append(self, ts: float, step: int, value: float, number: int) -> None:
        """Keeps a point."""
        if self._place == SEGMENT * POINT.size:
            self._begin_segment()
        # The number is the last field, and is written last.
        WRITTEN.pack_into(self._map, self._place, ts, step, value, number)
        self._place += POINT.size
        self.head += 1

    def name(self, metric: str, split: str | None) -> int:
        """The number of a series that is new."""
        number = len(self.numbers) + 1
        # By one system call, and before its first point: whoever finds the point finds the name.
        os.write(self._names, json.dumps([metric, split]).encode() + b"\n")
        self.numbers[metric, split] = number
        return number

    def names(self) -> dict[int, dict[str, str]]:
        """What the series are called, by their numbers: the metric, and the split where there is one."""
        return {
            number: {"metric": metric} if split is None else {"metric": metric, "split": split}
            for (metric, split), number in list(self.numbers.items())
        }

    def points(self, begin: int, count: int) -> list[tuple[float, int, float, int]]:
        """Some points: as many as that at most, and of one file."""
        segment, place = divmod(begin, SEGMENT)
        count = min(count, SEGMENT - place, self.head - begin)
        with (
            self._path(segment).open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as found,
        ):
            return list(POINT.iter_unpack(found[place * POINT.size : (place + count) * POINT.size]))

    def sends(self, until: int) -> None:
        """Notes where the batch ends that goes to the server now, so that it is sent again as it was."""
        self._move(self.sent, until)

    def has_sent(self) -> None:
        """Notes that the server has that batch, and forgets the files that it has wholly."""
        before, now = self.sent // SEGMENT, self.until // SEGMENT
        self._move(self.until, self.until)
        for segment in range(before, now):
            self._path(segment).unlink(missing_ok=True)

    def close(self) -> None:
        """Lets go of the files."""
        self._map.close()
        os.close(self._names)
        os.close(self._positions)

    def _move(self, sent: int, until: int) -> None:
        os.pwrite(self._positions, POSITIONS.pack(sent, until), 0)
        self.sent, self.until = sent, until

    def _path(self, segment: int) -> Path:
        return self._folder / f"{segment:08}.points"

    def _begin_segment(self) -> None:
        segment = self.head // SEGMENT
        if segment - self.sent // SEGMENT >= self._most_segments:
            raise Full
        self._map.close()
        self._map = self._mapped(segment)
        self._place = 0

    def _mapped(self, segment: int) -> mmap.mmap:
        path = self._path(segment)
        if not path.exists():
            # Written in full, and then named: no point is ever written where the disk has no room for it.
            new = path.with_suffix(".new")
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(bytes(SEGMENT * POINT.size))
            new.rename(path)
        with path.open("r+b") as file:
            return mmap.mmap(file.fileno(), 0)

    def _read_names(self) -> None:
        found = os.pread(self._names, os.fstat(self._names).st_size, 0)
        whole = found[: found.rfind(b"\n") + 1]
        os.ftruncate(self._names, len(whole))
        for line in whole.splitlines():
            metric, split = json.loads(line)
            self.numbers[metric, split] = len(self.numbers) + 1

    def _recover(self) -> int:
        """Finds the end of what another process has logged; answers how many points that are."""
        segment = self.sent // SEGMENT
        while (count := self._count(segment)) == SEGMENT and self._path(segment + 1).exists():
            segment += 1
        for path in self._folder.glob("*.points"):
            if not self.sent // SEGMENT <= int(path.stem) <= segment:
                path.unlink()
        self._map = self._mapped(segment)
        self._place = count * POINT.size
        # Of a point that was being written nothing stays.
        self._map[self._place :] = bytes(len(self._map) - self._place)
        return segment * SEGMENT + count

    def _count(self, segment: int) -> int:
        """How many points a file has, those included that the server has; the greatest step of the others is noted."""
        count = max(self.sent - segment * SEGMENT, 0)
        found = self._path(segment).read_bytes() if self._path(segment).exists() else b""
        for _, step, _, number in POINT.iter_unpack(found[count * POINT.size :]):
            if not 0 < number <= len(self.numbers):
                break
            self.last_step = max(self.last_step, step)
            count += 1
        return count
