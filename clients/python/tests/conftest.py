"""What the tests stand on."""

from fixtures import house, program, server

__all__ = ["house", "program", "server"]
