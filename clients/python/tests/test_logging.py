"""What is logged is there, as it was logged."""

from __future__ import annotations

import math
import stat
import time
from pathlib import Path

import pytest

import reprograph
from house import House
from reprograph import Server


def test_three_lines_log_a_run_of_a_plan(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REPROGRAPH_URL", house.url)
    monkeypatch.setenv("REPROGRAPH_TOKEN", house.key)
    monkeypatch.setenv("REPROGRAPH_STATE", str(tmp_path))
    run = reprograph.start(plan=house.plan)
    run.log({"loss": 0.25}, step=3)
    run.finish()
    assert house.points(run.id, "loss") == {3: 0.25}
    assert house.run(run.id)["status"] == "SUCCEEDED"


def test_values_that_are_not_finite_are_read_back_alike(house: House, server: Server) -> None:
    with reprograph.start(plan=house.plan, server=server) as run:
        for value in (1.5, math.nan, math.inf, -math.inf, -0.1, 1e-300):
            run.log({"loss": value})
    found = list(house.points(run.id, "loss").values())
    assert math.isnan(found.pop(1))
    assert found == [1.5, math.inf, -math.inf, -0.1, 1e-300]


def test_what_has_a_number_is_logged_and_what_has_none_is_refused(house: House, server: Server) -> None:
    class Tensor:
        def __float__(self) -> float:
            return 0.5

    with reprograph.start(project=house.project, name="numbers", server=server) as run:
        run.log({"a": Tensor(), "b": 7, "c": True})
        with pytest.raises(TypeError):
            run.log({"a": "0.5"})  # type: ignore[dict-item]
        with pytest.raises(TypeError):
            run.log({"a": 0.5}, step=0.5)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="no step"):
            run.log({"a": 0.5}, step=-1)
        with pytest.raises(ValueError, match="no name"):
            run.log({"a\nb": 0.5})
        run.log({"a": 1}, step=1)
    assert house.points(run.id, "a") == {0: 0.5, 1: 1.0}
    assert house.points(run.id, "b") == {0: 7.0}
    assert house.points(run.id, "c") == {0: 1.0}


def test_a_step_that_is_logged_again_has_its_last_value(house: House, server: Server) -> None:
    with reprograph.start(project=house.project, name="again", server=server) as run:
        run.log({"loss": 1.0}, step=5, split="val")
        run.log({"loss": 2.0}, step=5, split="val")
        run.flush()
        run.log({"loss": 3.0}, step=6, split="val")
        run.log({"loss": 4.0}, step=5, split="val")
    assert house.points(run.id, "loss", "val") == {5: 4.0, 6: 3.0}


def test_many_points_and_many_series_come_in_several_batches(house: House, server: Server) -> None:
    with reprograph.start(project=house.project, name="many", server=server) as run:
        for step in range(40_000):
            run.log({"loss": step}, step)
        run.log({f"weight {number}": number for number in range(1_500)}, step=1)
    assert house.points(run.id, "loss") == {step: float(step) for step in range(40_000)}
    assert house.ask("query ($id: ID!) { run(id: $id) { series { totalCount } } }", id=run.id) == {
        "run": {"series": {"totalCount": 1501}}
    }


def test_points_wait_for_others_to_be_sent_together(house: House, server: Server) -> None:
    with reprograph.start(project=house.project, name="together", server=server) as run:
        for step in range(1_000):
            run.log({"loss": step})
            time.sleep(0.001)
    batches = house.ask("query ($id: ID!) { run(id: $id) { batches { totalCount } } }", id=run.id)
    assert batches["run"]["batches"]["totalCount"] <= 6


def test_what_a_run_is_made_of_is_kept_with_it(house: House, server: Server) -> None:
    with reprograph.start(plan=house.plan, seed=7, config={"lr": 0.1}, tags=["a"], server=server) as run:
        assert run.plan is not None
        assert run.plan["document"]["dataset"]["name"] == "SST-2"
        assert (run.kind, run.seed, run.config, run.next_step) == ("REPRODUCTION", 7, {"lr": 0.1}, 0)
    assert house.run(run.id)["config"] == {"lr": 0.1}


def test_a_run_is_held_for_an_hour_by_a_secret_that_only_its_owner_reads(house: House, server: Server) -> None:
    with reprograph.start(plan=house.plan, server=server) as run:
        [lease] = house.run(run.id)["leases"]["nodes"]
        assert lease["expiresAt"] > lease["createdAt"]
        files = [path for path in server.state.rglob("*") if path.is_file()]
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert {stat.S_IMODE(path.stat().st_mode) for path in server.state.rglob("*") if path.is_dir()} == {0o700}
        assert not any(house.key.encode() in path.read_bytes() for path in files)
    assert list(server.state.iterdir()) == []


def test_an_exception_fails_the_run(house: House, server: Server) -> None:
    with pytest.raises(ZeroDivisionError), reprograph.start(plan=house.plan, server=server) as run:
        run.log({"loss": 1.0})
        run.log({"loss": 1 / 0})
    found = house.run(run.id)
    assert (found["status"], found["errorCode"]) == ("FAILED", "E_EXCEPTION")
    assert found["errorMessage"] == "ZeroDivisionError: division by zero"
    assert house.points(run.id, "loss") == {0: 1.0}
    with pytest.raises(reprograph.Error, match="over"):
        run.log({"loss": 1.0})
    run.finish()
    assert house.run(run.id)["status"] == "FAILED"
