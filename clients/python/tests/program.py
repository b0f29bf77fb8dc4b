"""The program, on a database of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
from pathlib import Path

PROGRAM = os.environ.get("REPROGRAPH", "")


class Program:
    """A server that can be stopped, killed, and started again at the same place."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._listen = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{self._listen}"
        self._folder = folder
        self.link = self.start()

    def start(self) -> str:
        """Starts it; answers the link that signs in."""
        said = []
        command = [PROGRAM, "serve", "--listen", self._listen, "--log", "warn"]
        self._process = subprocess.Popen(command, cwd=self._folder, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said.append(line)
            if found := re.match(r"sign in at (\S+)", line):
                threading.Thread(target=self._process.stdout.read, daemon=True).start()
                return found[1]
        raise AssertionError(f"it ends before it is ready: {''.join(said)}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stops it."""
        self._process.send_signal(how)
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
