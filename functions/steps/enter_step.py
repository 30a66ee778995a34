"""A parallel or map step begins: the run's position is recorded"""

from signoff.entrypoints.step import step
from signoff.steps.enter_step import enter_step

handler = step(enter_step)
