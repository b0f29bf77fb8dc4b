"""A process may end at any moment: what it had logged is there once, and who starts it again goes on."""

from __future__ import annotations

import random
import time

from script import begin, lines

import reprograph
from house import House
from reprograph import Server

KILLS = 20


def test_what_was_logged_before_twenty_kills_is_there_once(house: House, server: Server) -> None:
    logged: dict[int, float] = {}
    for attempt in range(KILLS):
        training = begin("train.py", server, house.project, str(attempt), "1000000")
        time.sleep(random.uniform(0.1, 0.9))
        training.kill()
        for line in lines(training):
            assert int(line) not in logged, "a step is logged once"
            logged[int(line)] = attempt
    assert len(logged) > KILLS
    last = begin("train.py", server, house.project, str(KILLS), "10")
    logged |= {int(line): KILLS for line in lines(last)}
    assert last.returncode == 0

    [run] = house.runs("killed")
    assert run["status"] == "SUCCEEDED"
    found = house.points(run["id"], "loss")
    assert sorted(found) == list(range(len(found))), "no step is missing"
    assert found == {step: 1 / (1 + step) for step in found}
    attempts = house.points(run["id"], "attempt")
    assert {step: attempts[step] for step in logged} == logged
    assert list(server.state.glob("*/hold.json")) == []


def test_a_run_that_was_left_goes_on_where_it_was(house: House, server: Server) -> None:
    first = reprograph.start(plan=house.plan, config={"lr": 0.1}, server=server)
    for step in range(10):
        first.log({"loss": step}, step)
    first.leave()
    other = reprograph.start(plan=house.plan, config={"lr": 0.2}, server=server)
    assert (other.id != first.id, other.next_step) == (True, 0), "another call is another run"
    second = reprograph.start(plan=house.plan, config={"lr": 0.1}, server=server)
    assert (second.id, second.next_step) == (first.id, 10)
    third = reprograph.start(plan=house.plan, config={"lr": 0.1}, server=server)
    assert third.id != first.id, "a run that is being executed is nobody else's"
    second.log({"loss": 10})
    for run in (second, third, other):
        run.finish()
    assert house.points(first.id, "loss") == {step: float(step) for step in range(11)}


def test_a_run_goes_on_by_its_id(house: House, server: Server) -> None:
    first = reprograph.start(project=house.project, name="by id", server=server)
    first.log({"loss": 1}, step=4)
    first.leave()
    with reprograph.start(run=first.id, server=server) as second:
        assert (second.id, second.next_step) == (first.id, 5)
    assert house.run(first.id)["status"] == "SUCCEEDED"


def test_children_log_nothing_and_hold_nothing(house: House, server: Server) -> None:
    assert lines(begin("fork.py", server, house.project)) == [
        "a run is logged by the process that began it, not by its children"
    ]
    with reprograph.start(project=house.project, name="forked", server=server) as run:
        assert run.next_step == 1, "it goes on, though a child of the first process is alive"
    assert house.points(run.id, "loss") == {0: 1.0}
