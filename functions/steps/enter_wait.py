"""A wait begins: its deadline is fixed and recorded"""

from signoff.entrypoints.step import step
from signoff.steps.enter_wait import enter_wait

handler = step(enter_wait)
