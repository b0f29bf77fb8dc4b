"""Logs runs to Reprograph: `start`, `Run.log`, `Run.finish`; and `claim` for workers."""

from .claiming import claim
from .errors import Error, LeaseLost, Refused, Unreachable
from .run import Run
from .server import Server
from .starting import start

__all__ = ["Error", "LeaseLost", "Refused", "Run", "Server", "Unreachable", "claim", "start"]
__version__ = "0.1.0"
