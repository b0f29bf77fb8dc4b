"""How long to wait before asking again: longer each time, and never in step with others who wait."""

from __future__ import annotations

import random

FIRST = 0.5
LONGEST = 15.0


class Backoff:
    """The pauses of one who asks in vain."""

    def __init__(self) -> None:
        self._longest = FIRST

    def pause(self, at_least: float = 0.0) -> float:
        """The next pause, in seconds."""
        pause = max(at_least, random.uniform(self._longest / 2, self._longest))
        self._longest = min(self._longest * 2, LONGEST)
        return pause

    def is_first(self) -> bool:
        """Whether the next pause is the first."""
        return self._longest == FIRST

    def reset(self) -> None:
        """Begins anew, after an answer."""
        self._longest = FIRST
