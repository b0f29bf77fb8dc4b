"""Starting a run, and going on with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import begin, folder
from .errors import Error, LeaseLost, Refused
from .folder import Folder
from .ids import new_run_id
from .run import Run
from .server import Server

WAIT = 300.0
"""For how many seconds the server may be away when a run begins."""


def start(  # noqa: PLR0913 # each is named by whoever calls
    *,
    plan: str | None = None,
    project: str | None = None,
    run: str | None = None,
    name: str | None = None,
    seed: int | None = None,
    config: Mapping[str, Any] | None = None,
    tags: Sequence[str] | None = None,
    server: Server | None = None,
) -> Run:
    """Begins a reproduction of a `plan`, or an experiment in a `project`; or goes on with a `run` that is paused.

    Called as it was by a process that did not come to its end, it goes on with that one's run, at `Run.next_step`.
    """
    server = server or Server()
    if [plan, project, run].count(None) != 2:
        raise TypeError("a run is of a plan, in a project, or one that is there: name one of them")
    if run is not None:
        return _go_on(server, run)
    subject = begin.given(planId=plan, projectId=project, seed=None if seed is None else str(seed))
    made_of = begin.given(
        subject={"reproduction" if plan else "experiment": subject},
        name=name,
        config=None if config is None else dict(config),
        tags=None if tags is None else list(tags),
    )
    return _start(server, made_of)


def _start(server: Server, made_of: dict[str, Any]) -> Run:
    call = begin.digest(server, made_of)
    for left in folder.free(server.state, lambda left: left.call == call):
        try:
            run = begin.again(server, left, WAIT)
        except begin.Paused:
            left.leave()
            raise LeaseLost("PAUSED", f"somebody paused the run: start(run={left.run!r}) goes on with it") from None
        if run is not None:
            return run
    chosen = new_run_id()
    given = {"run": {"id": chosen, **made_of}, "hold": begin.hold(server)}
    return _new(server, folder.new(server.state, {"call": call, "way": "start", "given": given, "run": chosen}))


def _go_on(server: Server, run: str) -> Run:
    given = {"id": run, "hold": begin.hold(server)}
    for left in folder.free(server.state, lambda left: left.run == run):
        try:
            going = begin.again(server, left, WAIT)
        except begin.Paused:
            left.way, left.given = "resume", given
            left.keep()
            going = begin.again(server, left, WAIT)
        if going is not None:
            return going
    call = begin.digest(server, {"run": run})
    return _new(server, folder.new(server.state, {"call": call, "way": "resume", "given": given, "run": run}))


def _new(server: Server, new: Folder) -> Run:
    try:
        run = begin.anew(server, new, WAIT)
    except Refused:
        new.remove()
        raise
    if run is None:
        new.leave()
        raise Error("the server told of no run")
    return run
