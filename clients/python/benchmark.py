"""What a call of `log` costs a training loop, while a server takes what is logged."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import reprograph
from house import House
from program import Program
from reprograph import Run, Server

CALLS = 50_000


def measure(run: Run, metrics: list[str]) -> None:
    """Prints how long calls take that log so many metrics, with some pause after each thousand."""
    took = []
    values = dict.fromkeys(metrics, 0.5)
    for call in range(CALLS):
        began = time.perf_counter_ns()
        run.log(values)
        took.append(time.perf_counter_ns() - began)
        if call % 1000 == 0:
            time.sleep(0.01)
    took.sort()
    median, rare, most = (took[int((CALLS - 1) * part)] / 1000 for part in (0.5, 0.99, 1))
    print(f"log of {len(metrics)}: median {median:.2f} µs, 99 % under {rare:.2f} µs, at most {most:.0f} µs")


with tempfile.TemporaryDirectory() as folder:
    program = Program(Path(folder))
    house = House(program)
    server = Server(house.url, house.key, state=Path(folder) / "state")
    with reprograph.start(plan=house.plan, server=server) as run:
        measure(run, ["loss"])
        measure(run, ["loss", "accuracy", "lr"])
    program.stop()
