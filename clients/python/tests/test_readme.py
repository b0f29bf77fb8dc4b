"""What stands in the README can be run as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import reprograph
from house import House

README = Path(__file__).parents[1] / "README.md"


def test_the_examples_run(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REPROGRAPH_URL", house.url)
    monkeypatch.setenv("REPROGRAPH_TOKEN", house.key)
    monkeypatch.setenv("REPROGRAPH_STATE", str(tmp_path))
    queued = house.queue("of the README")
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        code = block.replace("plan_…", house.plan).replace("project_…", house.project)
        names = {"reprograph": reprograph, "train": lambda _: 0.5, "validate": lambda: 0.75}
        exec(compile(code, README, "exec"), names)  # noqa: S102 # it is ours
        run = names["run"]
        assert isinstance(run, reprograph.Run)
        assert house.run(run.id)["status"] == "SUCCEEDED"
        assert house.points(run.id, "loss")
    assert house.points(queued, "loss") == {0: 0.5}
