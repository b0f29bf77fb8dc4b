"""What the tests of the package stand on as well."""

from fixtures import house, program, server

__all__ = ["house", "program", "server"]
