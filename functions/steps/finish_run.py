"""A run ends: its outcome is recorded"""

from signoff.entrypoints.step import step
from signoff.steps.finish_run import finish_run

handler = step(finish_run)
