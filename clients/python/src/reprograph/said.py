"""Where the package says what people may want to know and programs need not."""

from __future__ import annotations

import logging

LOG = logging.getLogger("reprograph")
