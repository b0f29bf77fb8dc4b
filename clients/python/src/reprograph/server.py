"""The server: where it is, who asks, and how it is asked."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from .backoff import Backoff
from .errors import Away, Error, Refused, Unreachable
from .said import LOG

ANSWER_WITHIN = 30.0
"""For how many seconds an answer is waited for."""
AGAIN = {"UNAVAILABLE", "INTERNAL"}
"""The codes after which asking again may help."""
NO_GRAPHQL = "NO_GRAPHQL"
"""Our own code for what no Reprograph answers."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A key is shown to the server that was named, and to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


class Server:
    """Where runs are kept, who executes them here, and what is kept on disk meanwhile."""

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        state: str | os.PathLike[str] | None = None,
        lease: int = 3600,
        room: int = 256 << 20,
    ) -> None:
        """
        :param url: The address of the server; REPROGRAPH_URL by default, else http://127.0.0.1:8080.
        :param token: A key with READ, INGEST and EXECUTE, and WRITE where runs are made; REPROGRAPH_TOKEN by default.
        :param state: The folder for what is kept; REPROGRAPH_STATE by default, else ~/.local/state/reprograph.
        :param lease: For how many seconds a run is held, unless it is renewed.
        :param room: How many bytes each run may keep on disk while the server is away. Then logging waits.
        """
        self.url = (url or os.environ.get("REPROGRAPH_URL") or "http://127.0.0.1:8080").rstrip("/")
        if not self.url.startswith(("http://", "https://")):
            raise Error(f"{self.url} is no address: one begins with http:// or https://")
        self._token = token or os.environ.get("REPROGRAPH_TOKEN")
        if not self._token:
            raise Error("there is no key: set REPROGRAPH_TOKEN, or name it as `reprograph.Server(token=…)`")
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        self.state = Path(state or os.environ.get("REPROGRAPH_STATE") or Path(home) / "reprograph")
        self.lease = lease
        self.room = room

    def __repr__(self) -> str:
        return f"Server({self.url!r})"

    def ask(self, document: str, given: Mapping[str, Any] | str) -> dict[str, Any]:
        """What the server answers to an input; `Away` where asking again may help."""
        body = json.dumps({"query": document, "variables": {"input": given}}, allow_nan=False).encode()
        headers = {
            "Accept": "application/graphql-response+json",
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "User-Agent": "reprograph-python",
        }
        request = urllib.request.Request(f"{self.url}/graphql", body, headers)
        try:
            with _OPENER.open(request, timeout=ANSWER_WITHIN) as answer:
                return _data(answer.status, answer.read())
        except urllib.error.HTTPError as answer:
            with answer:
                return _data(answer.code, answer.read())
        except (OSError, http.client.HTTPException) as why:
            if isinstance(getattr(why, "reason", None), ssl.SSLCertVerificationError):
                raise Refused(NO_GRAPHQL, f"the certificate of {self.url} does not hold: {why}") from None
            raise Away(f"{self.url} does not answer: {why}") from None

    def insist(self, document: str, given: Mapping[str, Any] | str, wait: float) -> dict[str, Any]:
        """The same, asked again for so many seconds while the server is away."""
        deadline = time.monotonic() + wait
        backoff = Backoff()
        while True:
            try:
                return self.ask(document, given)
            except Away as away:
                if backoff.is_first():
                    LOG.warning("waiting for the server: %s", away)
                pause = backoff.pause(away.after)
                if time.monotonic() + pause > deadline:
                    raise Unreachable(str(away)) from None
                time.sleep(pause)


def _data(status: int, body: bytes) -> dict[str, Any]:
    """The data of an answer."""
    try:
        answer = json.loads(body)
        errors = answer.get("errors") or []
        data = answer.get("data")
    except (ValueError, AttributeError):
        errors, data = [], None
    if errors:
        _refuse(status, errors[0])
    if isinstance(data, dict):
        return data
    if status >= 500 or status in (408, 429):
        raise Away(f"the server answered with status {status}")
    raise Refused(NO_GRAPHQL, f"what answered with status {status} is no Reprograph; is the address right?")


def _refuse(status: int, error: dict[str, Any]) -> NoReturn:
    """Tells an error of the server by what can be done about it."""
    extensions = error.get("extensions") or {}
    code, message = str(extensions.get("code")), str(error.get("message"))
    after = extensions.get("retryAfter")
    if after is not None or code in AGAIN or status >= 500:
        raise Away(f"{code}: {message}", float(after or 0))
    raise Refused(code, message)
