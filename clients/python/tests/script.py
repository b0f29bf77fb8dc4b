"""Scripts beside the tests, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from reprograph import Server


def begin(name: str, server: Server, *arguments: str) -> subprocess.Popen[str]:
    """Begins a script that logs to a server and keeps what it keeps there."""
    environment = {
        **os.environ,
        "REPROGRAPH_URL": server.url,
        "REPROGRAPH_TOKEN": server._token or "",
        "REPROGRAPH_STATE": str(server.state),
    }
    command = [sys.executable, str(Path(__file__).with_name(name)), *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def lines(process: subprocess.Popen[str]) -> list[str]:
    """What a script said until it ended."""
    said, _ = process.communicate()
    return said.splitlines()
