"""A sub-workflow begins, and the token waits for its end"""

from signoff.entrypoints.step import step
from signoff.steps.start_child import start_child

handler = step(start_child)
