"""A fresh World with people in its directory."""

from tests.support.links import here

__all__ = ["here"]
