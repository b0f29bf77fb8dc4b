"""The example reports what a run on the real server came to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import reprograph
from house import House
from reprograph import Server

CLAIMS = [("accuracy", 91.0), ("f1", 80.0), ("bleu", 30.0)]
REPORT = """\
A paper of the tests
3 claims, 2 compared, 1 reproduced

claim              claimed  observed       gap  verdict
accuracy on SST-2     91 %    90.7 %   -0.33 %  within tolerance
f1 on SST-2           80 %      60 %  -25.00 %  not reproduced
bleu on SST-2         30 %                      not compared yet
"""


def report(house: House, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REPROGRAPH_URL": house.url, "REPROGRAPH_TOKEN": house.new_key("READ")}
    command = [sys.executable, str(Path(__file__).with_name("gaps.py")), *arguments]
    environment["PYTHONPATH"] = str(Path(__file__).with_name("build"))
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_gaps_of_a_paper(house: House, server: Server) -> None:
    for metric, value in CLAIMS:
        claim = {"metricName": metric, "metricValue": value, "units": "%", "datasetName": "SST-2"}
        house.do("createClaim", "claim { id }", paperId=house.paper, **claim, confidence=1, sourceCitation="Table 1")
    with reprograph.start(plan=house.plan, server=server) as run:
        run.log({"accuracy": 88.0, "f1": 50.0})
        run.log({"accuracy": 90.7, "f1": 60.0})
    house.do("evaluateRun", "skipped { reason }", id=run.id)
    done = report(house, house.paper)
    assert (done.stdout, done.stderr) == (REPORT, "")


def test_a_paper_that_is_not_there(house: House) -> None:
    done = report(house, "paper_01h455vb4pex5vsknk084sn02q")
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not there" in done.stderr
    done = report(house, house.plan)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
