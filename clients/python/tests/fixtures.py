"""One server for all tests, and for each a folder for what the package keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from house import House
from program import Program
from reprograph import Server


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("server"))
    yield program
    program.stop()


@pytest.fixture(scope="session")
def house(program: Program) -> House:
    return House(program)


@pytest.fixture
def server(house: House, tmp_path: Path) -> Server:
    return Server(house.url, house.key, state=tmp_path / "state")
