"""What every test of a handler uses."""

from tests.unit.functions.handlers import known

__all__ = ["known"]
