"""What a process leaves in its journal is what the next one finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from reprograph.journal import POINT, SEGMENT, Full, Journal

ROOM = 1 << 30


def filled(folder: Path, count: int) -> Journal:
    """A journal with so many points of one series."""
    journal = Journal(folder, ROOM)
    number = journal.name("loss", "val")
    for step in range(count):
        journal.append(0.5, step, step / 2, number)
    return journal


def send(journal: Journal, until: int) -> None:
    journal.sends(until)
    journal.has_sent()


@pytest.mark.parametrize("count", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT])
@pytest.mark.parametrize("sent", [0, 1, SEGMENT, 2 * SEGMENT + 1])
def test_the_next_process_finds_what_was_not_sent(tmp_path: Path, count: int, sent: int) -> None:
    sent = min(count, sent)
    filled(tmp_path, count)
    before = Journal(tmp_path, ROOM)
    send(before, sent)
    after = Journal(tmp_path, ROOM)
    assert (after.head, after.sent, after.until) == (count, sent, sent)
    assert after.last_step == (count - 1 if count > sent else -1)
    assert after.names() == {1: {"metric": "loss", "split": "val"}}
    after.append(0.5, count, 7.0, 1)
    found: list[tuple[float, int, float, int]] = []
    while len(found) < count + 1 - sent:
        found += after.points(sent + len(found), count + 1)
    assert [step for _, step, _, _ in found] == list(range(sent, count + 1))


def test_a_point_that_was_being_written_is_none(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    path = tmp_path / "00000000.points"
    found = bytearray(path.read_bytes())
    POINT.pack_into(found, 3 * POINT.size, 0.5, 99, 0.5, 0)
    POINT.pack_into(found, 4 * POINT.size, 0.5, 99, 0.5, 1)
    path.write_bytes(found)
    journal = Journal(tmp_path, ROOM)
    assert (journal.head, journal.last_step) == (3, 2)
    journal.append(0.5, 3, 0.5, 1)
    assert Journal(tmp_path, ROOM).head == 4, "nothing of it stays"


def test_a_name_that_was_being_written_is_none(tmp_path: Path) -> None:
    journal = filled(tmp_path, 3)
    with (tmp_path / "series").open("ab") as file:
        file.write(b'["accu')
    after = Journal(tmp_path, ROOM)
    assert (after.name("accuracy", None), after.head) == (2, 3)
    assert Journal(tmp_path, ROOM).numbers == {**journal.numbers, ("accuracy", None): 2}


def test_a_journal_has_no_more_files_than_there_is_room(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 2 * SEGMENT * POINT.size)
    number = journal.name("loss", None)
    for step in range(2 * SEGMENT):
        journal.append(0.5, step, 0.5, number)
    with pytest.raises(Full):
        journal.append(0.5, 0, 0.5, number)
    send(journal, SEGMENT)
    journal.append(0.5, 0, 0.5, number)
    assert len(list(tmp_path.glob("*.points"))) == 2
