"""Somebody who is signed in, with a project, a paper and a plan."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from program import Program

DOCUMENT = {
    "version": "1.1",
    "dataset": {"name": "SST-2"},
    "model": {"name": "small"},
    "config": {},
    "metrics": [{"name": "accuracy", "tolerance": 0.5, "direction": "MAXIMIZE"}],
}


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class House:
    """What tests do beside the package that they try."""

    def __init__(self, program: Program) -> None:
        self.url = program.url
        self._cookie = _cookie(program.link)
        self.project: str = self.do("createProject", "project { id }", name="live", slug="live")["project"]["id"]
        paper = self.do("createPaper", "paper { id }", projectId=self.project, title="A paper of the tests")
        self.paper: str = paper["paper"]["id"]
        self.plan = self._plan()
        self.key = self.new_key("READ", "INGEST", "EXECUTE", "WRITE")

    def ask(self, document: str, /, **variables: Any) -> dict[str, Any]:
        """What the server answers."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        answer = json.loads(self._send("/graphql", body, "application/json"))
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def do(self, mutation: str, shown: str, /, **given: Any) -> dict[str, Any]:
        """What a mutation answers."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        done = self.ask(f"mutation ($input: {kind}!) {{ done: {mutation}(input: $input) {{ {shown} }} }}", input=given)
        answer: dict[str, Any] = done["done"]
        return answer

    def new_key(self, *scopes: str) -> str:
        """A key for programs."""
        made = self.do("createApiKey", "secret", name="logs", scopes=scopes, owner={"viewer": {}})
        return str(made["secret"])

    def queue(self, name: str) -> str:
        """A run that waits for somebody to claim it."""
        made = self.do("createRun", "run { id }", subject={"experiment": {"projectId": self.project}}, name=name)
        return str(made["run"]["id"])

    def run(self, run: str) -> dict[str, Any]:
        """How a run is."""
        shown = "status errorCode errorMessage config leases { nodes { expiresAt createdAt } }"
        found = self.ask(f"query ($id: ID!) {{ run(id: $id) {{ {shown} }} }}", id=run)
        answer: dict[str, Any] = found["run"]
        return answer

    def runs(self, name: str) -> list[dict[str, Any]]:
        """The runs of a name."""
        asked = "query ($name: String!) { runs(filter: { name: { eq: $name } }) { nodes { id status } } }"
        found: list[dict[str, Any]] = self.ask(asked, name=name)["runs"]["nodes"]
        return found

    def points(self, run: str, metric: str, split: str | None = None) -> dict[int, float]:
        """The points of a series, by their steps. Each has one."""
        shown = "series { nodes { metric split count points(first: 100000) { steps values } } }"
        found = self.ask(f"query ($id: ID!) {{ run(id: $id) {{ {shown} }} }}", id=run)
        for series in found["run"]["series"]["nodes"]:
            if (series["metric"], series["split"]) == (metric, split):
                points: dict[str, list[Any]] = series["points"]
                assert series["count"] == len(points["steps"]) == len(set(points["steps"]))
                return dict(zip(points["steps"], map(float, points["values"]), strict=True))
        return {}

    def _send(self, path: str, body: bytes, kind: str) -> bytes:
        headers = {"Content-Type": kind, "Cookie": self._cookie}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, body, headers)) as answer:
            found: bytes = answer.read()
            return found

    def _plan(self) -> str:
        made = self.do("createPlan", "plan { id }", paperId=self.paper, document=DOCUMENT, budgetMinutes=120)
        plan = str(made["plan"]["id"])
        upload = json.loads(self._send("/files?name=plan.ipynb", b'{"cells": []}', "application/x-ipynb+json"))
        notebook = {"requirements": "numpy==2.0.0", "notebookUploadId": upload["id"]}
        self.do("materializePlan", "plan { status }", id=plan, **notebook)
        return plan


def _cookie(link: str) -> str:
    """What a browser keeps that follows a link which signs in."""
    try:
        urllib.request.build_opener(_Stay).open(link)
    except urllib.error.HTTPError as answer:
        with answer:
            return str(answer.headers["set-cookie"]).split(";")[0]
    raise AssertionError("the link does not sign in")
