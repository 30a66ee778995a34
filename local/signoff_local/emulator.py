"""The one door to ministack, which is untyped: its modules come out of here as `Any`."""

from __future__ import annotations

import importlib
from typing import Any


def module(name: str) -> Any:
    """The module `ministack.<name>`, imported on first use (some take a tenth of a second)."""
    return importlib.import_module(f"ministack.{name}")
