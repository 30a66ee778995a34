"""Does what a task's deadline asks for when a moment of it has come"""

from signoff.entrypoints.worker import queue_worker
from signoff.sla.act import act_on_timer

handler = queue_worker("actOnTimer", act_on_timer)
