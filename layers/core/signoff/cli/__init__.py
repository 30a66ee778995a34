"""The command line: ``signoff``. Importing this module imports click and nothing else."""

from signoff.cli.run import main

__all__ = ["main"]
