"""Keeps one timer for each open task that has a deadline"""

from signoff.entrypoints.worker import queue_worker
from signoff.sla.timers import arm_timer

handler = queue_worker("armTimers", arm_timer)
