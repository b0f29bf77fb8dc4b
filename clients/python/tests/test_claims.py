"""Workers share a queue."""

from __future__ import annotations

import signal

from script import begin, lines

import reprograph
from house import House
from reprograph import Server


def test_two_workers_never_get_the_same_run(house: House, server: Server) -> None:
    queued = {house.queue(f"claimed {number}") for number in range(12)}
    workers = [begin("work.py", server, house.project) for _ in range(2)]
    given = [lines(worker) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert set(given[0]).isdisjoint(given[1])
    assert {*given[0], *given[1]} == queued
    assert {house.run(run)["status"] for run in queued} == {"SUCCEEDED"}
    assert list(server.state.iterdir()) == []


def test_a_worker_that_was_killed_goes_on_with_its_run(house: House, server: Server) -> None:
    queued = [house.queue("killed worker"), house.queue("after it")]
    killed = begin("work.py", server, house.project, "forever")
    assert lines(killed) == queued[:1]
    assert killed.returncode == -signal.SIGKILL
    assert lines(begin("work.py", server, house.project)) == queued
    # The worker that went on logged another step.
    assert house.points(queued[0], "loss") == {0: 0.5, 1: 0.5}
    assert {house.run(run)["status"] for run in queued} == {"SUCCEEDED"}


def test_a_loop_goes_on_after_a_run_that_failed(house: House, server: Server) -> None:
    queued = [house.queue("fails"), house.queue("does not")]
    claimed = []
    for run in reprograph.claim("EXPERIMENT", project=house.project, wait=0, server=server):
        claimed.append(run.id)
        if len(claimed) == 1:
            run.fail("it was the first", "E_FIRST")
    assert claimed == queued
    assert [house.run(run)["errorCode"] for run in queued] == ["E_FIRST", None]
