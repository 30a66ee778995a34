"""Looks after runs whose execution ended in another way than by its own last state"""

from signoff.entrypoints.worker import queue_worker
from signoff.runs.reconcile import reconcile

handler = queue_worker("reconcileExecution", reconcile)
