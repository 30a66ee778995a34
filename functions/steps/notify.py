"""A notify step: its event is recorded, which publishes it"""

from signoff.entrypoints.step import step
from signoff.steps.notify import notify

handler = step(notify)
