"""A human step begins: its tasks are opened, and the token waits for the decision"""

from signoff.entrypoints.step import step
from signoff.steps.open_tasks import open_tasks

handler = step(open_tasks)
