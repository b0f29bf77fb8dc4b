"""A run is ours for as long as its lease holds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import pytest

import reprograph
from house import House
from reprograph import LeaseLost, Run, Server


def until(holds: Callable[[], bool]) -> None:
    """Waits for something, but not forever."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it does not come to be"
        time.sleep(0.05)


def log_until_lost(run: Run) -> LeaseLost:
    """Logs a point now and then, until the run is lost."""
    for _ in range(400):
        try:
            run.log({"loss": 1.0})
        except LeaseLost as why:
            return why
        time.sleep(0.02)
    raise AssertionError("the run is not lost")


def test_a_lease_is_renewed_while_the_run_goes_on(house: House, server: Server) -> None:
    server.lease = 2
    with reprograph.start(plan=house.plan, server=server) as run:
        time.sleep(4)
        run.log({"loss": 1.0})
    assert house.run(run.id)["status"] == "SUCCEEDED"


def test_whose_run_is_cancelled_hears_it_from_log(house: House, server: Server) -> None:
    with pytest.raises(LeaseLost), reprograph.start(plan=house.plan, server=server) as run:
        house.do("cancelRun", "run { id }", id=run.id)
        raise log_until_lost(run)
    assert house.run(run.id)["status"] == "CANCELLED"


def test_a_lease_that_lapsed_is_lost_and_the_next_start_is_another_run(
    house: House, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.lease = 1
    first = reprograph.start(plan=house.plan, server=server)
    first.leave()
    until(lambda: house.run(first.id)["status"] == "FAILED")
    assert house.run(first.id)["errorCode"] == "E_LEASE_LOST"
    with reprograph.start(plan=house.plan, server=server) as second:
        assert (second.id != first.id, second.next_step) == (True, 0)
    assert caplog.record_tuples == []
    assert list(server.state.iterdir()) == []


def test_points_that_the_server_takes_no_more_are_set_aside(
    house: House, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    first = reprograph.start(plan=house.plan, server=server)
    house.do("cancelRun", "run { id }", id=first.id)
    log_until_lost(first)
    first.leave()
    with caplog.at_level(logging.WARNING), reprograph.start(plan=house.plan, server=server) as second:
        assert second.id != first.id
    [aside] = server.state.iterdir()
    assert str(aside) in caplog.text
    assert aside.name.startswith("lost-")


def test_who_paused_a_run_says_when_it_goes_on(house: House, server: Server) -> None:
    first = reprograph.start(plan=house.plan, server=server)
    house.do("pauseRun", "run { id }", id=first.id)
    log_until_lost(first)
    first.leave()
    with pytest.raises(LeaseLost, match=first.id):
        reprograph.start(plan=house.plan, server=server)
    with reprograph.start(run=first.id, server=server) as second:
        assert second.id == first.id
        last = second.next_step - 1
    points = house.points(first.id, "loss")
    assert points == dict.fromkeys(range(last + 1), 1.0), "what was logged while it was paused is there"


def test_a_run_that_was_paused_elsewhere_goes_on_here(
    house: House, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = reprograph.start(plan=house.plan, server=server)
    first.log({"loss": 1.0}, step=3)
    first.flush()
    house.do("pauseRun", "run { id }", id=first.id)
    here = Server(house.url, house.key, state=tmp_path_factory.mktemp("here"))
    with reprograph.start(run=first.id, server=here) as second:
        assert second.next_step == 4
        second.log({"loss": 2.0})
    first.leave()
    assert house.points(first.id, "loss") == {3: 1.0, 4: 2.0}


def test_what_a_key_may_not_is_refused(house: House, server: Server) -> None:
    wrong = Server(server.url, "rpg_wrong", state=server.state)
    with pytest.raises(reprograph.Refused) as refused:
        reprograph.start(plan=house.plan, server=wrong)
    assert refused.value.code == "UNAUTHENTICATED"
    reader = Server(server.url, house.new_key("READ"), state=server.state)
    with pytest.raises(reprograph.Refused) as refused:
        reprograph.start(plan=house.plan, server=reader)
    assert refused.value.code == "FORBIDDEN"
    with pytest.raises(reprograph.Refused) as refused:
        reprograph.start(run="run_01h455vb4pex5vsknk084sn02q", server=server)
    assert refused.value.code == "NOT_FOUND"
    assert list(server.state.iterdir()) == []
    assert "rpg_" not in f"{refused.value!r} {server!r}"


def test_a_key_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPROGRAPH_TOKEN", raising=False)
    with pytest.raises(reprograph.Error, match="REPROGRAPH_TOKEN"):
        Server()
