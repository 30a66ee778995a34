"""An integration step: Slack, a webhook or a mail server is called"""

from signoff.entrypoints.step import step
from signoff.steps.call_integration import call_integration

handler = step(call_integration)
