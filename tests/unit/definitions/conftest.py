"""What every test here uses."""

from tests.unit.identity.aws import admin, aws, reads

__all__ = ["admin", "aws", "reads"]
