"""Ids of our own making: a TypeID, whose 26 digits are a UUIDv7."""

from __future__ import annotations

import secrets
import time

DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_run_id() -> str:
    """An id for a run that is to be made, so that asking for it twice makes one."""
    number = (time.time_ns() // 1_000_000) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return "run_" + "".join(DIGITS[number >> shift & 31] for shift in range(125, -1, -5))
