"""What can go wrong, by what a program can do about it."""

from __future__ import annotations


class Error(Exception):
    """What this package raises."""


class Refused(Error):
    """The server refuses, and would refuse again."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class LeaseLost(Refused):
    """The run is not ours any more: it was paused, cancelled or deleted, it ran out of time, or its lease lapsed."""


class Unreachable(Error):
    """The server did not answer for as long as we were to wait. What was logged is kept, and sent by the next start."""


class Away(Exception):
    """The server cannot answer now; asking again later may help. It never leaves this package."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after
        """For how many seconds at least the server wants us to wait."""
