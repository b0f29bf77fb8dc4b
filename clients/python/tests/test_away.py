"""The server may be away, and answers may be lost or from another version."""

from __future__ import annotations

import itertools
import json
import signal
import threading
import time
from pathlib import Path

import pytest
from proxy import Proxy

import reprograph
from house import House
from program import Program
from reprograph import Server, Unreachable


def test_a_server_that_is_away_costs_neither_a_point_nor_time(program: Program, house: House, server: Server) -> None:
    with reprograph.start(plan=house.plan, server=server) as run:
        run.log({"loss": 0.0})
        run.flush()
        program.stop(signal.SIGKILL)
        began = time.monotonic()
        for step in range(1, 50_000):
            run.log({"loss": step})
        assert time.monotonic() - began < 5
        with pytest.raises(Unreachable, match="49999 points"):
            run.flush(timeout=0.1)
        time.sleep(2)
        program.start()
    assert house.points(run.id, "loss") == {step: float(step) for step in range(50_000)}


def test_logging_waits_where_no_room_is_left(program: Program, house: House, server: Server) -> None:
    server.room = 2 << 20
    with reprograph.start(plan=house.plan, server=server) as run:
        run.flush()
        program.stop()
        threading.Timer(1.5, program.start).start()
        began = time.monotonic()
        for step in range(70_000):
            run.log({"loss": step})
        assert time.monotonic() - began > 1
        assert sum(path.stat().st_size for path in server.state.rglob("*.points")) <= server.room
    assert house.points(run.id, "loss") == {step: float(step) for step in range(70_000)}


def test_a_run_begins_when_the_server_comes(program: Program, house: House, server: Server) -> None:
    program.stop()
    threading.Timer(1, program.start).start()
    with reprograph.start(plan=house.plan, server=server) as run:
        run.log({"loss": 1.0})
    assert house.run(run.id)["status"] == "SUCCEEDED"


def test_answers_that_are_lost_double_nothing(house: House, server: Server) -> None:
    turns = itertools.count()

    def lose(status: int, body: bytes) -> tuple[int, bytes] | None:
        """Every second answer gets lost, by a broken connection or a proxy's page."""
        turn = next(turns) % 4
        return None if turn == 0 else (502, b"<html>") if turn == 2 else (status, body)

    with Proxy(server.url, lose) as proxy:
        through = Server(proxy.url, house.key, state=server.state)
        with reprograph.start(project=house.project, name="lost answers", server=through) as run:
            for step in range(5):
                run.log({"loss": step})
                run.flush()
    [found] = house.runs("lost answers")
    assert found == {"id": run.id, "status": "SUCCEEDED"}
    assert house.points(run.id, "loss") == {step: float(step) for step in range(5)}
    batches = house.ask("query ($id: ID!) { run(id: $id) { batches { totalCount } } }", id=run.id)
    assert batches["run"]["batches"]["totalCount"] == 5


def test_what_a_newer_server_says_beside_is_passed_over(house: House, server: Server) -> None:
    def renew(status: int, body: bytes) -> tuple[int, bytes]:
        answer = json.loads(body)
        answer["news"] = {}
        begun = answer["data"].get("begun")
        if begun:
            begun["run"] |= {"kind": "DREAM", "colour": "RED"}
            begun["run"]["plan"]["colour"] = None
            begun["lease"]["mode"] = "EXCLUSIVE"
        return status, json.dumps(answer).encode()

    with Proxy(server.url, renew) as proxy:
        through = Server(proxy.url, house.key, state=server.state)
        with reprograph.start(plan=house.plan, server=through) as run:
            assert run.kind == "DREAM"
            run.log({"loss": 1.0})
    assert house.points(run.id, "loss") == {0: 1.0}


def test_what_is_no_reprograph_is_told(house: House, tmp_path: Path) -> None:
    with Proxy(house.url, lambda *_: (200, b"<html>")) as proxy, pytest.raises(reprograph.Refused, match="address"):
        reprograph.start(plan=house.plan, server=Server(proxy.url, house.key, state=tmp_path))
